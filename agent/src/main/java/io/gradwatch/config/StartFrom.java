package io.gradwatch.config;

import java.time.Duration;

/** Where in its topics a model's traffic is read from when it is watched for the first time. */
public sealed interface StartFrom {
  /** What comes from now on. */
  record Latest() implements StartFrom {}

  /** All that the topics still hold. */
  record Earliest() implements StartFrom {}

  /** What came within the last {@code duration}, above 0. */
  record Ago(Duration duration) implements StartFrom {
    public Ago {
      if (duration.isNegative() || duration.isZero()) {
        throw new IllegalArgumentException("start-from is " + duration + ", must be above 0");
      }
    }
  }
}
