package io.gradwatch.window;

import java.time.Duration;

/**
 * How traffic is cut into windows and what is kept of each.
 *
 * @param size length of a window in event time, 1 s to 1 d
 * @param samples rows in the sample of a window (k), 8 to 65,536
 * @param grace how long after its end a window still takes records, 0 s to 1 d
 * @param maxFutureSkew how far ahead of the wall clock an event time may be, at most {@code grace}
 *     so that one such record cannot close a window early
 * @param idleTimeout silence after which a source partition's watermark follows the wall clock
 * @param maxWindow how long windows that are short of samples may become by joining, at least
 *     {@code size}
 * @param payloadMaxBytes records longer than this, with key and headers, are refused unparsed, 1
 *     KiB to 64 MiB
 * @param sampleBytes cap of a window's sample, at least {@code payloadMaxBytes}: the longest prefix
 *     in priority order that fits is kept
 */
public record WindowSettings(
    Duration size,
    int samples,
    Duration grace,
    Duration maxFutureSkew,
    Duration idleTimeout,
    Duration maxWindow,
    int payloadMaxBytes,
    long sampleBytes) {
  public WindowSettings {
    require(
        size.compareTo(Duration.ofSeconds(1)) >= 0 && size.compareTo(Duration.ofDays(1)) <= 0,
        "window is " + size + ", must be 1s to 1d");
    requireSamples(samples);
    require(
        !grace.isNegative() && grace.compareTo(Duration.ofDays(1)) <= 0,
        "grace is " + grace + ", must be 0s to 1d");
    require(
        !maxFutureSkew.isNegative() && maxFutureSkew.compareTo(grace) <= 0,
        "max-future-skew is " + maxFutureSkew + ", must be at most grace, " + grace);
    require(
        idleTimeout.compareTo(Duration.ofMillis(100)) >= 0,
        "idle-timeout is " + idleTimeout + ", must be at least 100ms");
    require(
        maxWindow.compareTo(size) >= 0,
        "max-window is " + maxWindow + ", must be at least window, " + size);
    require(
        payloadMaxBytes >= 1024 && payloadMaxBytes <= 64 << 20,
        "payload-max-bytes is " + payloadMaxBytes + ", must be 1 KiB to 64 MiB");
    require(
        sampleBytes >= payloadMaxBytes,
        "sample-bytes is " + sampleBytes + ", must be at least payload-max-bytes");
  }

  /**
   * Checks the size of a window's sample.
   *
   * @throws IllegalArgumentException unless it is 8 to 65,536
   */
  public static void requireSamples(int samples) {
    require(samples >= 8 && samples <= 65_536, "samples is " + samples + ", must be 8 to 65536");
  }

  /** The window that an event time falls into: its start. Windows are aligned to 1970-01-01 UTC. */
  public long windowStart(long eventTime) {
    return eventTime - Math.floorMod(eventTime, size.toMillis());
  }

  /** The watermark at which a window closes: its end plus the grace. */
  public long closeTime(long windowStart) {
    return windowStart + size.toMillis() + grace.toMillis();
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
