package io.gradwatch.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.JsonLines;
import io.gradwatch.sample.payload.PayloadReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** The requests of the installation, to try commands with: the demonstration's first ones. */
class RequestFileTest {
  private static final Path FOLDER = Path.of("src/main/dist/demo");
  private static final Path FILE = FOLDER.resolve("requests.jsonl.gz");
  private static final int REQUESTS = 2_048;

  @Test
  void holdsWhatTheDemonstrationSends() throws Exception {
    DigitRequests digits = new DigitRequests(DigitFile.heldOut(FOLDER.resolve("digits.csv.gz")), 1);
    if (Boolean.getBoolean("golden.rewrite")) {
      write(digits);
    }
    try (Stream<JsonLines.Line> lines = JsonLines.read(FILE, PayloadReader.AUTO)) {
      List<InferenceSample> rows = lines.flatMap(line -> line.samples().stream()).toList();
      assertThat(rows).hasSize(REQUESTS);
      for (int number = 0; number < REQUESTS; number++) {
        assertThat(rows.get(number))
            .isEqualTo(PayloadReader.AUTO.read(digits.body(number, Shift.NONE)).get(0));
      }
    }
  }

  private static void write(DigitRequests digits) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(FILE))) {
      for (int number = 0; number < REQUESTS; number++) {
        out.write(digits.body(number, Shift.NONE));
        out.write("\n".getBytes(UTF_8));
      }
    }
  }
}
