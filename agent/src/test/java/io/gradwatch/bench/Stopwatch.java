package io.gradwatch.bench;

/** Wall-clock time of a piece of work. */
final class Stopwatch {
  private Stopwatch() {}

  static double seconds(Runnable work) {
    long begin = System.nanoTime();
    work.run();
    return (System.nanoTime() - begin) / 1e9;
  }
}
