package io.gradwatch.recommend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.Needs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code numpy.load} makes of the file: Python's own word for it. */
class NumpyFileTest {
  private static final String SCRIPT =
      """
      import sys, numpy
      archive = numpy.load(sys.argv[1])
      for name in archive.files:
          a = archive[name]
          print(name, a.dtype, a.shape, a.flags['C_CONTIGUOUS'], a.flatten().tolist())
      """;

  @TempDir private Path folder;

  @Test
  void numpyReadsNamesShapesAndValues() throws Exception {
    Path file = write("fisher.npz");
    String python = python();
    Needs.that(!python.isEmpty(), "no python3 with numpy: apt-get install python3-numpy");

    Process process =
        new ProcessBuilder(python, "-c", SCRIPT, file.toString()).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).as(out).isZero();
    assertThat(out.lines())
        .containsExactly(
            "conv/1.weight float32 (2, 1, 3) True [5.0, 1.0, 2.0, 0.0, 9.0, 3.0]",
            "scale float32 () True [7.0]",
            "bias float32 (3,) True [6.0, 0.0, 0.5]");
  }

  @Test
  void theSameNumbersGiveTheSameFile() throws IOException {
    assertThat(write("one.npz")).hasSameBinaryContentAs(write("two.npz"));
  }

  private Path write(String name) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file)) {
      NumpyFile.writeFisher(RecommendationTest.IMPORTANCE, out);
    }
    return file;
  }

  /** The first that has numpy; empty if none has. */
  private static String python() {
    return Stream.of("python3", "/usr/bin/python3")
        .filter(NumpyFileTest::hasNumpy)
        .findFirst()
        .orElse("");
  }

  private static boolean hasNumpy(String python) {
    try {
      return new ProcessBuilder(List.of(python, "-c", "import numpy")).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
