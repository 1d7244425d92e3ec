package io.gradwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionCommandTest {
  @TempDir private Path folder;

  private Path script() throws IOException {
    StringWriter out = new StringWriter();
    int code = Main.commandLine().setOut(new PrintWriter(out)).execute("completion");
    assertThat(code).isZero();
    return Files.writeString(folder.resolve("gradwatch.bash"), out.toString());
  }

  @Test
  void scriptIsBash() throws Exception {
    assertThat(bash("-n", script().toString())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'gradwatch ba',                    'backtest baseline'",
    "'gradwatch baseline ap',           'approve'",
    "'gradwatch importance --meth',     '--methods'",
    "'gradwatch baseline list --form',  '--format'",
  })
  void completesWordsAsAShellAsksForThem(String typed, String offered) throws Exception {
    String program =
        """
        source "$1"
        COMP_LINE="$2"; COMP_POINT=${#COMP_LINE}; COMP_WORDS=($2); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        complete -p gradwatch | grep -q -- '-F _complete_gradwatch' || echo "not registered"
        _complete_gradwatch gradwatch "${COMP_WORDS[COMP_CWORD]}" 2>/dev/null # compopt is for the shell alone
        printf '%s\n' "${COMPREPLY[@]}" | sed 's/ *$//' | sort | paste -sd ' '
        """;

    assertThat(bash("-c", program, "bash", script().toString(), typed).strip()).isEqualTo(offered);
  }

  /** What bash prints; skips the test where there is none. */
  private String bash(String... arguments) throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no /bin/bash");
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(Stream.concat(Stream.of("/bin/bash"), Stream.of(arguments)).toList())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return Files.readString(output);
  }
}
