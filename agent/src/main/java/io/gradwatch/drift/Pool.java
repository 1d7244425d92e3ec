package io.gradwatch.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The windows that a live one is ranked among: the baseline's and all earlier live ones.
 *
 * <p>It grows because a fixed baseline's own sampling error is met again in every window: about
 * half of all quiet streams alarm then within 200 windows at a budget of 10 %. Above its capacity
 * it is a uniform sample of the live windows, those of smallest priority, a hash of the window's
 * start: a restart or a replay keeps the same ones.
 *
 * <p>Mutable, one thread. Memory is 4 bytes a window and score.
 */
final class Pool {
  private final int capacity;
  private final int fixed;
  private int size;
  private long[] starts;
  private float[][] columns;

  /**
   * Makes a pool of the baseline alone.
   *
   * @param baseline one list of values a score, all of the same length
   * @param capacity live windows held at most, at least 1
   */
  Pool(List<List<Float>> baseline, int capacity) {
    this.capacity = capacity;
    fixed = baseline.isEmpty() ? 0 : baseline.get(0).size();
    size = fixed;
    starts = new long[fixed];
    columns = new float[baseline.size()][fixed];
    for (int score = 0; score < columns.length; score++) {
      for (int row = 0; row < fixed; row++) {
        columns[score][row] = baseline.get(score).get(row);
      }
    }
  }

  /** Windows in it. */
  int size() {
    return size;
  }

  /**
   * Adds a live window.
   *
   * @return the start of the window that leaves in turn, which may be the one added; null if there
   *     was room
   */
  @Nullable Long add(WindowScores scores) {
    if (size - fixed < capacity) {
      grow();
      put(size++, scores);
      return null;
    }
    int last = fixed;
    for (int row = fixed + 1; row < size; row++) {
      if (Long.compareUnsigned(priority(starts[row]), priority(starts[last])) > 0) {
        last = row;
      }
    }
    if (Long.compareUnsigned(priority(scores.start()), priority(starts[last])) > 0) {
      return scores.start();
    }
    long evicted = starts[last];
    put(last, scores);
    return evicted;
  }

  /** Drops the live windows that start at {@code onset} or later and returns their starts. */
  List<Long> dropFrom(long onset) {
    List<Long> dropped = new ArrayList<>();
    int kept = fixed;
    for (int row = fixed; row < size; row++) {
      if (starts[row] >= onset) {
        dropped.add(starts[row]);
        continue;
      }
      starts[kept] = starts[row];
      for (float[] column : columns) {
        column[kept] = column[row];
      }
      kept++;
    }
    size = kept;
    return dropped;
  }

  /**
   * The start of the run of live windows before {@code end} each of which is extreme on a side: of
   * rank {@code most} or less. {@code end} itself where the last one before it is not.
   */
  long startOfRun(long end, OneSidedScore side, double most) {
    int[] rows =
        IntStream.range(fixed, size)
            .filter(row -> starts[row] < end)
            .boxed()
            .sorted(Comparator.comparingLong((Integer row) -> starts[row]).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    long start = end;
    for (int row : rows) {
      float value = columns[side.score()][row];
      double rank =
          side.up() ? rankFromAbove(side.score(), value) : rankFromBelow(side.score(), value);
      if (rank > most) {
        return start;
      }
      start = starts[row];
    }
    return start;
  }

  /** The rank of a value among the windows whose {@code score} is as high or higher. */
  double rankFromAbove(int score, float value) {
    float[] column = columns[score];
    int count = 0;
    for (int row = 0; row < size; row++) {
      count += column[row] >= value ? 1 : 0;
    }
    return rank(count, size);
  }

  /** The rank of a value among the windows whose {@code score} is as low or lower. */
  double rankFromBelow(int score, float value) {
    float[] column = columns[score];
    int count = 0;
    for (int row = 0; row < size; row++) {
      count += column[row] <= value ? 1 : 0;
    }
    return rank(count, size);
  }

  /**
   * p = (count + 1/2) / (n + 1), the middle of the cell that a rank stands for.
   *
   * <p>Fair without randomisation: the bets of {@link Evidence} are convex in p, so a bet on the
   * middle is at most its average over the cell, and over all cells it averages to at most 1. Ties
   * count in full, which only takes from the bet.
   *
   * @param count windows as extreme or more
   * @param size windows ranked among (n)
   */
  static double rank(int count, int size) {
    return (count + 0.5) / (size + 1.0);
  }

  private void grow() {
    if (size < starts.length) {
      return;
    }
    int room = (int) Math.min(Math.max(64, size * 3L / 2), (long) fixed + capacity);
    starts = Arrays.copyOf(starts, room);
    for (int score = 0; score < columns.length; score++) {
      columns[score] = Arrays.copyOf(columns[score], room);
    }
  }

  private void put(int row, WindowScores scores) {
    starts[row] = scores.start();
    for (int score = 0; score < columns.length; score++) {
      columns[score][row] = scores.values()[score];
    }
  }

  private static long priority(long start) {
    return new SplittableRandom(start).nextLong();
  }
}
