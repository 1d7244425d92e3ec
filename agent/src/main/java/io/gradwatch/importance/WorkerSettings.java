package io.gradwatch.importance;

/**
 * How politely the device is used: the production model lives there too.
 *
 * @param dutyCycle largest fraction of time that the device is busy with windows of the present,
 *     above 0 to 1
 * @param catchUpDutyCycle the same while more than one window waits, {@code dutyCycle} to 1
 * @param threads intra-op threads of libtorch, 1 to 64
 */
public record WorkerSettings(double dutyCycle, double catchUpDutyCycle, int threads) {
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
  }
}
