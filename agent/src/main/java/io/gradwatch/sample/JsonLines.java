package io.gradwatch.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Files of recorded requests, one a line; blank lines are skipped, {@code .gz} is unpacked. */
public final class JsonLines {
  private JsonLines() {}

  /**
   * What one line holds.
   *
   * @param number of the line, from 1
   * @param samples its rows, at least one
   */
  public record Line(long number, List<InferenceSample> samples) {
    public Line {
      samples = List.copyOf(samples);
    }
  }

  /**
   * Reads a file lazily, in order. The stream holds the file open: close it.
   *
   * @throws IOException if the file cannot be opened
   * @throws UncheckedIOException while the stream is consumed: if reading fails, and at the first
   *     malformed line, with file, line and reason as its message
   */
  public static Stream<Line> read(Path file, SampleReader samples) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8));
    AtomicLong number = new AtomicLong();
    return reader
        .lines()
        .sequential()
        .map(text -> new Text(number.incrementAndGet(), text))
        .filter(line -> !line.text.isBlank())
        .map(line -> parse(file, line, samples))
        .onClose(() -> close(reader));
  }

  private record Text(long number, String text) {}

  private static InputStream open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": is a folder; expected a file of requests, one a line");
    }
    InputStream bytes = Files.newInputStream(file);
    if (!file.toString().endsWith(".gz")) {
      return bytes;
    }
    try {
      return new GZIPInputStream(bytes);
    } catch (IOException e) {
      bytes.close();
      throw new IOException(file + ": not a gzip file", e);
    }
  }

  private static Line parse(Path file, Text line, SampleReader reader) {
    try {
      List<InferenceSample> rows = reader.read(line.text.getBytes(StandardCharsets.UTF_8));
      if (rows.isEmpty()) {
        throw new MalformedSampleException("a response; expected a request");
      }
      return new Line(line.number, rows);
    } catch (MalformedSampleException e) {
      String message = "%s: line %d: %s".formatted(file, line.number, e.getMessage());
      throw new UncheckedIOException(message, new IOException(message, e));
    }
  }

  private static void close(BufferedReader reader) {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
