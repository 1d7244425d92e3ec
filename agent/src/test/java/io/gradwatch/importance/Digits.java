package io.gradwatch.importance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gradwatch.sample.InferenceSample;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The demo's handwritten digits. */
public final class Digits {
  public static final Path MODEL = Path.of("src/main/dist/demo/digits.pt");

  private Digits() {}

  /** The held-out digits in the order of the file, with labels. */
  public static List<InferenceSample> heldOut() {
    Path file = Path.of("src/main/dist/demo/digits.csv.gz");
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), UTF_8))) {
      return reader
          .lines()
          .filter(line -> line.startsWith("held-out,"))
          .map(Digits::sample)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InferenceSample sample(String line) {
    int[] numbers =
        Arrays.stream(line.split(",", -1)).skip(1).mapToInt(Integer::parseInt).toArray();
    float[] pixels = new float[64];
    for (int i = 0; i < 64; i++) {
      pixels[i] = numbers[i + 1] / 16f;
    }
    return Samples.of(List.of((double) numbers[0]), Samples.floats(List.of(1L, 8L, 8L), pixels));
  }
}
