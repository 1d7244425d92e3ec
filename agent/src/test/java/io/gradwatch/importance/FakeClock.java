package io.gradwatch.importance;

import java.util.concurrent.atomic.AtomicLong;

/** Time moves when the worker rests, and when a test says so. */
final class FakeClock implements WorkerClock {
  private final AtomicLong now = new AtomicLong(1_000_000_000L);
  private final AtomicLong rested = new AtomicLong();

  @Override
  public long nanoTime() {
    return now.get();
  }

  @Override
  public void rest(long nanos) {
    rested.addAndGet(nanos);
    now.addAndGet(nanos);
  }

  /** Lets time pass without a rest. */
  void pass(long nanos) {
    now.addAndGet(nanos);
  }

  double restedSeconds() {
    return rested.get() / 1e9;
  }
}
