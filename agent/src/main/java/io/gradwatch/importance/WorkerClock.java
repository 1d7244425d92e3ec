package io.gradwatch.importance;

import java.util.concurrent.TimeUnit;

/** The time that the worker measures and rests in. */
public interface WorkerClock {
  /** Nanoseconds since an arbitrary origin; never decreasing. */
  long nanoTime();

  /**
   * Lets {@code nanos} pass.
   *
   * @throws InterruptedException if the worker is closed meanwhile
   */
  void rest(long nanos) throws InterruptedException;

  /** The clock of the machine. */
  static WorkerClock system() {
    return new WorkerClock() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public void rest(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanos);
      }
    };
  }
}
