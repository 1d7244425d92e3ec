package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.Traffic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The installed agent, told to stop in each phase of its life: it ends within 10 s, with 0. */
class StopIT {
  private static final String TOPIC = "inference.digits";
  private static final Path ENDLESS =
      Path.of("src/test/resources/io/gradwatch/importance/models/endless.pt").toAbsolutePath();

  private static final HttpClient READER = HttpClient.newHttpClient();

  @TempDir private Path directory;

  @Test
  void stopsWhileItWaitsForABroker() throws Exception {
    thatItStops("127.0.0.1:1", "/readyz", "the agent connects to the broker");
  }

  @Test
  void stopsWhileItLoadsComputesAndRestores() throws Exception {
    try (AnyBroker broker = AnyBroker.start()) {
      String servers = broker.bootstrapServers();
      broker.createTopic(TOPIC, 1);
      DigitRequests digits =
          new DigitRequests(DigitFile.heldOut(Program.home().resolve("demo/digits.csv.gz")), 7);
      try (Traffic traffic = Traffic.to(servers, TOPIC, digits, InstantSource.system())) {
        Instant end = Instant.now();
        traffic.history(end.minusSeconds(60), end, 20);
      }
      thatItStops(servers, "/readyz", "the agent loads the models");
      thatItStops(servers, "/metrics", "gradwatch_windows_pending[{]model=\"endless\"[}] [1-9]");
      thatItStops(servers, "/readyz", "(sampling|importance) (has not started|waits for|restores)");
    }
  }

  /** Tells it to stop as soon as a page says something. */
  private void thatItStops(String servers, String path, String said) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path config = directory.resolve("gradwatch.yaml");
    Files.writeString(config, config(servers, port));
    Path log = directory.resolve("agent.log");
    Files.deleteIfExists(log);
    URI page = URI.create("http://127.0.0.1:%d%s".formatted(port, path));
    try (Program agent = Program.start(log, "run", "-c", config.toString())) {
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> says(page, Pattern.compile(said)) || !agent.isAlive());
      agent.terminate();
      assertThat(agent.exitCode(10)).as("while %s: %s", said, agent.output()).isZero();
      assertThat(agent.output()).doesNotContain("did not stop within");
    }
  }

  private static boolean says(URI page, Pattern said) throws InterruptedException {
    try {
      HttpRequest request = HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(5)).build();
      return said.matcher(READER.send(request, BodyHandlers.ofString()).body()).find();
    } catch (IOException e) {
      return false; // it does not listen yet
    }
  }

  private String config(String servers, int port) {
    return """
        kafka:
          bootstrap.servers: %s
        listen: 127.0.0.1:%d
        state-dir: %s
        partitions: 1
        replication-factor: 1
        device: cpu
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
        .formatted(servers, port, directory.resolve("state"), ENDLESS, TOPIC);
  }
}
