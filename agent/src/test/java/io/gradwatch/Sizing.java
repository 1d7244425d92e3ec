package io.gradwatch;

import java.util.List;

/**
 * The formulas of deploy/SIZING.md: what a deployment needs by its traffic. Pure functions of the
 * measured constants below; windows of five minutes, k = 512.
 */
final class Sizing {
  static final int K = 512;
  static final double WINDOW_SECONDS = 300;
  static final double DUTY_CYCLE = 0.1;
  static final int REPLICAS = 3;
  private static final double DAY_SECONDS = 86_400;
  private static final double HEADROOM = 2;

  private final Constants measured;

  Sizing(Constants measured) {
    this.measured = measured;
  }

  /**
   * What was measured; see the page for the commands.
   *
   * @param recordBytes of a sample
   * @param passMicros processor time that the sampling application takes for a record
   * @param forwardMicros what it takes more for a record that it parses and forwards
   * @param threadRate records a second of one thread
   * @param envelopeBytes that a forwarded record is longer
   * @param outcomeBytes of the importance, drift and status records of a window
   * @param models that stand for small, middle and large, and device time a sample
   */
  record Constants(
      int recordBytes,
      double passMicros,
      double forwardMicros,
      double threadRate,
      int envelopeBytes,
      int outcomeBytes,
      List<DeviceCost> models) {}

  /**
   * Device time of a model.
   *
   * @param sampleMillis for all one-pass methods, b = 16
   */
  record DeviceCost(String model, double sampleMillis) {}

  /** What one deployment needs. */
  record Need(
      double samplingCores,
      long partitions,
      double forwardedPerSecond,
      double inMiBPerSecond,
      double outMiBPerSecond,
      double storedGiB,
      double stateMiB,
      List<Double> deviceShares,
      List<Long> devices) {}

  /**
   * The need.
   *
   * @param rate samples a second, of all models together
   * @param models each with a topic and an equal part of the traffic
   */
  Need of(double rate, int models) {
    double each = rate / models;
    long partitionsEach = Math.max(1, (long) Math.ceil(HEADROOM * each / measured.threadRate()));
    double inWindow = each * WINDOW_SECONDS;
    double forwarded = models * forwarded(inWindow, partitionsEach) / WINDOW_SECONDS;
    double cores = (rate * measured.passMicros() + forwarded * measured.forwardMicros()) / 1e6;
    double out = forwarded * (measured.recordBytes() + measured.envelopeBytes());
    double outcomes = models * measured.outcomeBytes() / WINDOW_SECONDS;
    double stored = REPLICAS * DAY_SECONDS * (out + 7 * outcomes);
    double state = 2.0 * models * Math.min(K, inWindow) * measured.recordBytes();
    List<Double> shares =
        measured.models().stream()
            .map(m -> models * Math.min(K, inWindow) * m.sampleMillis() / 1e3 / WINDOW_SECONDS)
            .toList();
    List<Long> devices =
        shares.stream().map(s -> Math.max(1, (long) Math.ceil(s / DUTY_CYCLE))).toList();
    return new Need(
        cores,
        models * partitionsEach,
        forwarded,
        rate * measured.recordBytes() / (1 << 20),
        out / (1 << 20),
        stored / (1L << 30),
        state / (1 << 20),
        shares,
        devices);
  }

  /** Records of one model and window that its partitions forward together. */
  static double forwarded(double records, long partitions) {
    double each = records / partitions;
    return partitions * (each <= K ? each : K * (1 + Math.log(each / K)));
  }
}
