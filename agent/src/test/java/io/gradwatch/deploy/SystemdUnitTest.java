package io.gradwatch.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.gradwatch.Commands;
import io.gradwatch.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The unit is one that systemd takes, and fits the program and its archive. */
class SystemdUnitTest {
  private static final Path UNIT = Path.of("../deploy/systemd/gradwatch.service");
  private static final String HOME = "/opt/gradwatch";

  @TempDir private Path folder;

  private static Map<String, List<String>> settings() throws IOException {
    Map<String, List<String>> settings = new HashMap<>();
    for (String line : Files.readAllLines(UNIT)) {
      if (line.matches("[A-Za-z]+=.*")) {
        String[] pair = line.split("=", 2);
        settings.computeIfAbsent(pair[0], key -> new ArrayList<>()).add(pair[1]);
      }
    }
    return settings;
  }

  private static String setting(String key) throws IOException {
    assertThat(settings()).containsKey(key);
    return settings().get(key).get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ExecStart", "ExecStartPre"})
  void startsCommandsThatTheProgramTakes(String key) throws IOException {
    String[] words = setting(key).replaceFirst("^-", "").split(" ");

    assertThat(words[0]).isEqualTo(HOME + "/bin/gradwatch");
    assertThat(Path.of("src/main/dist/bin/gradwatch")).isExecutable();
    assertThatCode(
            () ->
                Commands.program()
                    .parseArgs(List.of(words).subList(1, words.length).toArray(String[]::new)))
        .doesNotThrowAnyException();
  }

  @Test
  void doesNotRestartWhatIsConfiguredWrongly() throws IOException {
    assertThat(setting("Restart")).isEqualTo("on-failure");
    assertThat(setting("RestartPreventExitStatus")).isEqualTo("2");
    assertThat(setting("StartLimitIntervalSec")).isEqualTo("0");
  }

  @Test
  void keepsStateWhereTheProgramDoes() throws IOException {
    assertThat("/var/lib/" + setting("StateDirectory")).isEqualTo("/var/lib/gradwatch");
    assertThat(Files.readString(Path.of("src/main/dist/gradwatch.schema.json")))
        .contains("\"default\" : \"/var/lib/gradwatch\"");
    assertThat(setting("Environment"))
        .isEqualTo("DJL_CACHE_DIR=/var/cache/" + setting("CacheDirectory"));
  }

  @Test
  void letsTheJvmCompile() throws IOException {
    assertThat(settings()).doesNotContainKeys("MemoryDenyWriteExecute", "NoExecPaths");
  }

  @Test
  void isTakenBySystemdAndShutIn() throws Exception {
    // The program is not installed here: systemd looks whether it is there.
    Path unit = folder.resolve("gradwatch.service");
    Files.writeString(unit, Files.readString(UNIT).replace(HOME + "/bin/gradwatch", "/bin/true"));

    assertThat(analyze("verify", unit.toString())).isBlank();
    String exposure = analyze("security", "--offline=true", unit.toString());
    String level =
        exposure.replaceAll("(?s).*exposure level for gradwatch.service: ([0-9.]+).*", "$1");
    assertThat(Double.parseDouble(level)).as(exposure).isLessThanOrEqualTo(1.5);
  }

  /** What it prints; skips the test where there is no systemd. */
  private String analyze(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("systemd-analyze"));
    command.addAll(List.of(arguments));
    Path output = folder.resolve("output");
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      Needs.that(false, "there is no systemd-analyze, of Debian's systemd");
      throw e;
    }
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    String text = Files.readString(output);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }
}
