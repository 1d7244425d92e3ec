package io.gradwatch.demo;

/**
 * What the demonstration is asked for.
 *
 * @param drift whether the traffic changes
 * @param exitOnDrift whether it ends at the alarm
 * @param windows live windows after which it ends without drift, or windows from the alarm or the
 *     recovery on; 0 goes on until it is stopped
 * @param recoverAfter windows of drift after which the traffic is again what it was; 0 for never
 * @param port of metrics and status page; 0 takes a free one
 * @param rate requests a second, 100 to 5000
 */
public record DemoOptions(
    boolean drift, boolean exitOnDrift, int windows, int recoverAfter, int port, int rate) {
  public DemoOptions {
    if (rate < 100 || rate > 5_000) {
      throw new IllegalArgumentException("--rate is " + rate + ", must be 100 to 5000");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("--port is " + port + ", must be 0 to 65535");
    }
    if (windows < 0) {
      throw new IllegalArgumentException("--windows is " + windows + ", must be 0 or more");
    }
    if (recoverAfter < 0) {
      throw new IllegalArgumentException(
          "--recover-after is " + recoverAfter + ", must be 0 or more");
    }
    if (recoverAfter > 0 && (exitOnDrift || !drift)) {
      throw new IllegalArgumentException(
          "--recover-after is "
              + recoverAfter
              + ", but there is no recovery without drift, or after the end");
    }
  }
}
