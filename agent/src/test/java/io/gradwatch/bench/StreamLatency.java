package io.gradwatch.bench;

import io.gradwatch.agent.Program;
import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.Traffic;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How long after its end a window's result stands on {@code /metrics} of the installed agent, which
 * watches live digits with a window of one second.
 */
final class StreamLatency {
  private static final int RATE = 600;
  private static final double GRACE = 0.2;
  private static final String TOPIC = "latency.digits";
  private static final Pattern END =
      Pattern.compile("gradwatch_last_window_end_timestamp_seconds\\{[^}]*} (\\S+)");

  private StreamLatency() {}

  /**
   * Seconds from a window's end, and grace, to its result.
   *
   * @param grace of the window, which is part of all of them
   * @param resultBytes that a window's records of importance and drift take
   */
  record Result(
      int windows, double grace, double p50, double p99, double largest, long resultBytes) {}

  static Result measure(String servers, int windows) throws Exception {
    StreamTopics.create(servers, List.of(TOPIC));
    Path folder = Files.createTempDirectory("gradwatch-bench-");
    int port = freePort();
    Path config =
        Files.writeString(folder.resolve("gradwatch.yaml"), config(servers, folder, port));
    DigitRequests digits =
        new DigitRequests(DigitFile.heldOut(Program.home().resolve("demo/digits.csv.gz")), 7);
    try (Traffic traffic = Traffic.to(servers, TOPIC, digits, InstantSource.system());
        Program agent =
            Program.start(folder.resolve("log"), "run", "--config", config.toString())) {
      traffic.live(RATE);
      double[] seconds = watch(port, agent, windows);
      agent.terminate();
      agent.exitCode(15);
      Result result =
          new Result(
              windows,
              GRACE,
              Spread.quantile(seconds, 0.5),
              Spread.quantile(seconds, 0.99),
              Spread.quantile(seconds, 1),
              bytes(servers, "gradwatch.importance") + bytes(servers, "gradwatch.drift"));
      System.out.printf(
          "window's end to /metrics: p50 %.2f s, p99 %.2f s, largest %.2f s of %d, %.1f s of them"
              + " grace; %,d bytes of results a window%n",
          result.p50(), result.p99(), result.largest(), windows, GRACE, result.resultBytes());
      return result;
    }
  }

  private static double[] watch(int port, Program agent, int windows) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    URI uri = URI.create("http://127.0.0.1:%d/metrics".formatted(port));
    List<Double> latencies = new ArrayList<>();
    double last = 0;
    // The first windows wait for the model's calibration.
    for (int seen = -10; seen < windows; ) {
      Thread.sleep(10);
      if (!agent.isAlive()) {
        throw new IllegalStateException("the agent ended: " + agent.output());
      }
      double end = end(client, HttpRequest.newBuilder(uri).build());
      if (end > last) {
        last = end;
        if (seen++ >= 0) {
          latencies.add(System.currentTimeMillis() / 1e3 - end);
        }
      }
    }
    return latencies.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double end(HttpClient client, HttpRequest request) throws Exception {
    try {
      Matcher found = END.matcher(client.send(request, BodyHandlers.ofString()).body());
      return found.find() ? Double.parseDouble(found.group(1)) : 0;
    } catch (IOException e) {
      return 0; // it has not started
    }
  }

  /** Mean length of a topic's records. */
  private static long bytes(String servers, String topic) {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", servers, "isolation.level", "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> all =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      LongSummaryStatistics bytes = new LongSummaryStatistics();
      long before = -1;
      while (bytes.getCount() > before) {
        before = bytes.getCount();
        consumer
            .poll(Duration.ofSeconds(2))
            .forEach(r -> bytes.accept(r.serializedKeySize() + r.serializedValueSize()));
      }
      return Math.round(bytes.getAverage());
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static String config(String servers, Path folder, int port) {
    return """
        kafka:
          bootstrap.servers: %s
        listen: 127.0.0.1:%d
        state-dir: %s
        replication-factor: 1
        models:
          - name: digits
            path: %s
            topics: [%s]
            start-from: latest
            window: 1s
            samples: 256
            grace: 200ms
            max-future-skew: 200ms
            micro-batch: 16
        """
        .formatted(
            servers,
            port,
            folder.resolve("state"),
            Program.home().resolve("demo/digits.pt"),
            TOPIC);
  }
}
