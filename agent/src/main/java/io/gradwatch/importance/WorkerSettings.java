package io.gradwatch.importance;

import java.time.Duration;

/**
 * How politely the device is used: the production model lives there too.
 *
 * @param dutyCycle largest fraction of time that the device is busy with windows of the present,
 *     above 0 to 1
 * @param catchUpDutyCycle the same while a model has more than one window waiting, {@code
 *     dutyCycle} to 1
 * @param threads intra-op threads of libtorch, 1 to 64
 * @param memoryFloor free bytes of the device below which a window is skipped, at least 0
 * @param deviceTimeout after which a pass, or the loading of a model, counts as hung; above 0
 */
public record WorkerSettings(
    double dutyCycle,
    double catchUpDutyCycle,
    int threads,
    long memoryFloor,
    Duration deviceTimeout) {
  public WorkerSettings {
    if (!(dutyCycle > 0 && dutyCycle <= 1)) {
      throw new IllegalArgumentException("duty-cycle is " + dutyCycle + ", must be above 0 to 1");
    }
    if (!(catchUpDutyCycle >= dutyCycle && catchUpDutyCycle <= 1)) {
      throw new IllegalArgumentException(
          "catch-up-duty-cycle is " + catchUpDutyCycle + ", must be duty-cycle to 1");
    }
    if (threads < 1 || threads > 64) {
      throw new IllegalArgumentException("threads is " + threads + ", must be 1 to 64");
    }
    if (memoryFloor < 0) {
      throw new IllegalArgumentException("memory-floor is " + memoryFloor + ", must be at least 0");
    }
    if (deviceTimeout.isNegative() || deviceTimeout.isZero()) {
      throw new IllegalArgumentException(
          "device-timeout is " + deviceTimeout + ", must be above 0");
    }
  }

  /** Without a floor of memory, and with ten minutes for a pass. */
  public WorkerSettings(double dutyCycle, double catchUpDutyCycle, int threads) {
    this(dutyCycle, catchUpDutyCycle, threads, 0, Duration.ofMinutes(10));
  }
}
