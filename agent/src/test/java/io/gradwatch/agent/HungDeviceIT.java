package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.Traffic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The installed agent with a model whose forward never comes back. */
class HungDeviceIT {
  private static final String TOPIC = "inference.digits";
  private static final Path ENDLESS =
      Path.of("src/test/resources/io/gradwatch/importance/models/endless.pt").toAbsolutePath();

  @TempDir private Path directory;

  @Test
  void endsWithOneAndSaysWhichWindowHangsOnWhichDevice() throws Exception {
    try (AnyBroker broker = AnyBroker.start()) {
      String servers = broker.bootstrapServers();
      broker.createTopic(TOPIC, 1);
      Path config = directory.resolve("gradwatch.yaml");
      Files.writeString(config, config(servers));
      DigitRequests digits =
          new DigitRequests(DigitFile.heldOut(Program.home().resolve("demo/digits.csv.gz")), 7);
      try (Traffic traffic = Traffic.to(servers, TOPIC, digits, InstantSource.system())) {
        Instant end = Instant.now();
        traffic.history(end.minusSeconds(60), end, 20);
      }

      try (Program agent =
          Program.start(directory.resolve("agent.log"), "run", "-c", config.toString())) {
        assertThat(agent.exitCode(120)).as(agent.output()).isEqualTo(1);
        assertThat(agent.output())
            .containsPattern(
                "gradwatch: device cpu hangs: the window of model 'endless' that starts at .* has"
                    + " not come back for [0-9]+ s, longer than device-timeout");
      }
    }
  }

  private String config(String servers) {
    return """
        kafka:
          bootstrap.servers: %s
        listen: 127.0.0.1:0
        state-dir: %s
        partitions: 1
        replication-factor: 1
        device: cpu
        device-timeout: 3s
        models:
          - name: endless
            path: %s
            topics: [%s]
            start-from: earliest
            window: 10s
            samples: 64
            grace: 1s
            idle-timeout: 2s
        """
        .formatted(servers, directory.resolve("state"), ENDLESS, TOPIC);
  }
}
