package io.gradwatch.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gradwatch.sample.payload.PayloadReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {
  private static final String ONE_ROW =
      "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}";
  private static final String TWO_ROWS =
      ONE_ROW.replace("\"shape\":[1]", "\"shape\":[2]").replace("[1]}]}", "[1,2]}]}");

  @TempDir Path folder;

  @Test
  void numbersLinesFromOneAndSkipsBlankOnes() throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), ONE_ROW + "\n\n" + TWO_ROWS + "\n");

    List<JsonLines.Line> lines = read(file);

    assertThat(lines).extracting(JsonLines.Line::number).containsExactly(1L, 3L);
    assertThat(lines).extracting(line -> line.samples().size()).containsExactly(1, 2);
  }

  @Test
  void unpacksGzip() throws IOException {
    Path file = folder.resolve("a.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(TWO_ROWS.getBytes(StandardCharsets.UTF_8));
    }

    assertThat(read(file)).hasSize(1);
  }

  @Test
  void namesFileLineAndReasonOfABadLine() throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), ONE_ROW + "\n{}\n" + ONE_ROW);

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> read(file))
        .withMessage(file + ": line 2: $[0]: no fields; expected features");
  }

  @Test
  void givesTheLinesBeforeABadOne() throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), ONE_ROW + "\n{}");

    try (Stream<JsonLines.Line> lines = JsonLines.read(file, PayloadReader.AUTO)) {
      assertThat(lines.limit(1)).hasSize(1);
    }
  }

  @Test
  void saysThatAFileIsNotThere() {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> read(folder.resolve("none.jsonl")));
  }

  @Test
  void saysThatAFileIsNoGzip() throws IOException {
    Path file = Files.writeString(folder.resolve("a.gz"), ONE_ROW);

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> read(file))
        .withMessage(file + ": not a gzip file");
  }

  private static List<JsonLines.Line> read(Path file) throws IOException {
    try (Stream<JsonLines.Line> lines = JsonLines.read(file, PayloadReader.AUTO)) {
      return lines.toList();
    }
  }
}
