package io.gradwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradwatch.agent.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The installed program with a model that prints, as shells connect it. */
class StandardOutputIT {
  private static final Path MODEL =
      Path.of("src/test/resources/io/gradwatch/importance/models/printing.pt").toAbsolutePath();
  private static final String ROW =
      "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,4],\"data\":[%d,2,0.5,1]}]}";

  @TempDir private Path folder;

  @BeforeEach
  void writeSamples() throws IOException {
    Files.write(folder.resolve("s.jsonl"), Stream.of(1, 2, 3, 4).map(ROW::formatted).toList());
  }

  @Test
  void isOneLineOfJsonThoughTheModelPrints() throws Exception {
    assertThat(run("$GRADWATCH $IMPORTANCE >out 2>err")).isZero();
    assertThat(lines("out")).hasSize(1);
    assertThat(new ObjectMapper().readTree(lines("out").get(0)).get("samples").asInt())
        .isEqualTo(4);
    assertThat(lines("err")).contains("rows 4");
  }

  @Test
  void goesIntoAPipe() throws Exception {
    assertThat(run("$GRADWATCH $IMPORTANCE 2>err | cat >out")).isZero();
    assertThat(lines("out")).hasSize(1);
    assertThat(run("$GRADWATCH --help | head -1 >out")).isZero();
    assertThat(lines("out")).containsExactly("Usage: gradwatch [-hV] [COMMAND]");
  }

  @Test
  void keepsItsPlaceBetweenWhatOthersWrite() throws Exception {
    assertThat(run("{ echo before; $GRADWATCH $IMPORTANCE 2>err; echo after; } >out")).isZero();
    assertThat(lines("out")).hasSize(3).startsWith("before").endsWith("after");
    assertThat(run("$GRADWATCH $IMPORTANCE >>out 2>err")).isZero();
    assertThat(lines("out")).hasSize(4).startsWith("before");
  }

  @Test
  void sharesAFileWithStandardError() throws Exception {
    assertThat(run("$GRADWATCH $IMPORTANCE >out 2>&1")).isZero();
    assertThat(lines("out")).contains("rows 4").anyMatch(line -> line.startsWith("{"));
  }

  @Test
  void leavesExitCodesAsTheyAre() throws Exception {
    assertThat(run("$GRADWATCH importance --model no.pt --samples s.jsonl >out 2>err")).isOne();
    assertThat(lines("out")).isEmpty();
    assertThat(run("$GRADWATCH importance >out 2>err")).isEqualTo(2);
    assertThat(run("$GRADWATCH --version >&- 2>err")).isZero();
  }

  private int run(String script) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", script).directory(folder.toFile());
    builder.environment().put("GRADWATCH", Program.home().resolve("bin/gradwatch").toString());
    builder
        .environment()
        .put(
            "IMPORTANCE",
            "importance --micro-batch 4 --format json --samples s.jsonl --model " + MODEL);
    Process process = builder.inheritIO().start();
    return process.waitFor(60, TimeUnit.SECONDS) ? process.exitValue() : -1;
  }

  private List<String> lines(String file) throws IOException {
    return Files.readAllLines(folder.resolve(file));
  }
}
