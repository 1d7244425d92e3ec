package io.gradwatch.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;

/**
 * The demonstration's digits, drawn with replacement: baseline and live windows come from the same
 * pool, for two finite pools of one distribution are different.
 */
final class DigitSource implements RowSource {
  static final int SIZE = 8;
  private static final float INK = 16;
  private static final Path FILE = Path.of("src/main/dist/demo/digits.csv.gz");

  private final List<LabelledRow> pool;
  private final SplittableRandom random;
  private final UnaryOperator<LabelledRow> change;

  /** Draws from {@code pool}; every row is changed before it is given. */
  DigitSource(List<LabelledRow> pool, long seed, UnaryOperator<LabelledRow> change) {
    this.pool = pool;
    random = new SplittableRandom(seed);
    this.change = change;
  }

  /**
   * The digits of one part of the file.
   *
   * @param part {@code train} or {@code held-out}
   */
  static List<LabelledRow> pool(String part, Predicate<LabelledRow> wanted) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(Files.newInputStream(FILE)), UTF_8))) {
      return reader
          .lines()
          .filter(line -> line.startsWith(part + ","))
          .map(DigitSource::row)
          .filter(wanted)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static LabelledRow row(String line) {
    int[] numbers =
        Arrays.stream(line.split(",", -1)).skip(1).mapToInt(Integer::parseInt).toArray();
    float[] pixels = new float[SIZE * SIZE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = numbers[i + 1] / INK;
    }
    return new LabelledRow(pixels, numbers[0]);
  }

  @Override
  public LabelledRow next() {
    return change.apply(pool.get(random.nextInt(pool.size())));
  }

  /** By 90 degrees, as a camera that was mounted the wrong way round. */
  static LabelledRow rotated(LabelledRow row) {
    float[] pixels = new float[SIZE * SIZE];
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        pixels[y * SIZE + x] = row.values()[x * SIZE + SIZE - 1 - y];
      }
    }
    return new LabelledRow(pixels, row.label());
  }

  /** Each pixel is the mean of the 3 x 3 around it. */
  static LabelledRow blurred(LabelledRow row) {
    float[] pixels = new float[SIZE * SIZE];
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        float sum = 0;
        for (int dy = Math.max(0, y - 1); dy <= Math.min(SIZE - 1, y + 1); dy++) {
          for (int dx = Math.max(0, x - 1); dx <= Math.min(SIZE - 1, x + 1); dx++) {
            sum += row.values()[dy * SIZE + dx];
          }
        }
        pixels[y * SIZE + x] = sum / 9;
      }
    }
    return new LabelledRow(pixels, row.label());
  }

  /** Normal noise, cut to the pixels' range of 0 to 1. */
  static UnaryOperator<LabelledRow> noisy(double deviation, long seed) {
    SplittableRandom noise = new SplittableRandom(seed);
    return row -> {
      float[] pixels = row.values().clone();
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (float) Math.max(0, Math.min(1, pixels[i] + deviation * noise.nextGaussian()));
      }
      return new LabelledRow(pixels, row.label());
    };
  }

  /** The images stay; what is called a one is a seven from now on, and the reverse. */
  static LabelledRow renamed(LabelledRow row) {
    int label = row.label() == 1 ? 7 : row.label() == 7 ? 1 : row.label();
    return new LabelledRow(row.values(), label);
  }
}
