package io.gradwatch.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * The file of digits that the demonstration's model was trained and held out on: compressed CSV
 * with a header and the columns split ({@code train} or {@code held-out}), digit, and 64 pixels of
 * 0 to {@value #INK}.
 */
public final class DigitFile {
  private static final int INK = 16;
  private static final int COLUMNS = 2 + Digit.SIZE * Digit.SIZE;

  private DigitFile() {}

  /**
   * Reads the digits that the model has never seen.
   *
   * @return in the file's order, at least one
   * @throws IOException if the file cannot be read or has another form; names file and line
   */
  public static List<Digit> heldOut(Path file) throws IOException {
    List<Digit> digits = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      int number = 1;
      reader.readLine();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.startsWith("train,")) {
          digits.add(digit(line, file + ": line " + number));
        }
      }
    }
    if (digits.isEmpty()) {
      throw new IOException(file + ": no held-out digits");
    }
    return List.copyOf(digits);
  }

  private static Digit digit(String line, String where) throws IOException {
    String[] fields = line.split(",", -1);
    if (fields.length != COLUMNS || !fields[0].equals("held-out")) {
      throw new IOException(
          "%s: %d fields beginning with '%s'; expected %d beginning with 'train' or 'held-out'"
              .formatted(where, fields.length, fields[0], COLUMNS));
    }
    try {
      List<Double> pixels =
          Stream.of(fields).skip(2).map(field -> Integer.parseInt(field) / (double) INK).toList();
      return new Digit(Integer.parseInt(fields[1]), pixels);
    } catch (IllegalArgumentException e) {
      throw new IOException(where + ": " + e.getMessage(), e);
    }
  }
}
