package io.gradwatch.importance;

import java.util.random.RandomGenerator;

/** Random orders, all equally likely (Fisher and Yates). */
final class Shuffle {
  private Shuffle() {}

  /** The numbers from 0 below {@code size}. */
  static int[] order(int size, RandomGenerator random) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }

  /** Reorders a range of values in place. */
  static void range(float[] values, int from, int to, RandomGenerator random) {
    for (int i = to - 1; i > from; i--) {
      int other = from + random.nextInt(i - from + 1);
      float value = values[i];
      values[i] = values[other];
      values[other] = value;
    }
  }
}
