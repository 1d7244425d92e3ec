package io.gradwatch.hour;

import io.gradwatch.agent.Program;
import java.nio.file.Path;

/** What both agents are configured with. */
final class HourConfig {
  private static final String INPUTS =
      "    inputs: [{name: image, datatype: FP32, shape: [-1, 1, 8, 8]}]\n";

  private HourConfig() {}

  /** The text of a configuration. */
  static String of(String servers, int port, Path state) {
    String model =
        """
          - name: %s
            path: %s
            topics: [%s]
            start-from: earliest
            window: %ds
            samples: %d
            grace: 1s
            max-future-skew: 1s
            idle-timeout: 15s
            micro-batch: 16
            cycle: 5m
            baseline-windows: 100
            false-alarms: 1 per 7d
        """;
    Path file = Program.home().resolve("demo/digits.pt");
    StringBuilder text =
        new StringBuilder(
            """
            kafka:
              bootstrap.servers: %s
              session.timeout.ms: 6000
              heartbeat.interval.ms: 1500
            listen: 127.0.0.1:%d
            state-dir: %s
            partitions: 4
            replication-factor: 1
            device: cpu
            threads: 1
            max-pending: 200
            models:
            """
                .formatted(servers, port, state));
    for (String name : HourTraffic.MODELS) {
      text.append(
          model.formatted(name, file, HourTraffic.topic(name), Hour.WINDOW.toSeconds(), Hour.K));
      text.append(
          switch (name) {
            case HourTraffic.QUIET -> "    labelled: true\n    show-samples: true\n";
            case HourTraffic.TURNING ->
                INPUTS + "    periodic: [{method: attribution, every: 5}]\n";
            // A record of another shape is refused, and does not spoil its window.
            default -> INPUTS + "    segments: {header: region, values: [eu, us]}\n";
          });
    }
    return text.toString();
  }
}
