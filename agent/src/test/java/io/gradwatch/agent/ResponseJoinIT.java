package io.gradwatch.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gradwatch.demo.Digit;
import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.DigitServer;
import io.gradwatch.demo.Shift;
import io.gradwatch.importance.Parity;
import io.gradwatch.topology.WindowOutcome;
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
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The installed agent on requests and responses as KServe's inference logger sends them, in one
 * topic and in two, against a real broker.
 */
class ResponseJoinIT {
  private static final String ONE = "kserve.events";
  private static final String REQUESTS = "kserve.requests";
  private static final String RESPONSES = "kserve.responses";
  private static final int RECORDS = 120;
  private static final int K = 32;
  private static final long SIZE = 10_000;

  /** Windows whose responses come from the watched model, and from another one. */
  private static final int SAME = 3;

  private static final int OTHER = 3;

  /** Every so many requests of the one topic are never answered. */
  private static final int UNANSWERED = 4;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Recent, for a broker deletes records beyond its retention. */
  private final Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(1_200);

  @TempDir private Path directory;

  @Test
  void seesByTheResponsesThatAnotherModelServes() throws Exception {
    // Given
    int port = freePort();
    try (AnyBroker broker = AnyBroker.start()) {
      String servers = broker.bootstrapServers();
      broker.createTopic(ONE, 2);
      broker.createTopic(REQUESTS, 2);
      broker.createTopic(RESPONSES, 3);
      send(servers);
      Path config = directory.resolve("gradwatch.yaml");
      Files.writeString(config, config(servers, port));

      // When
      String metrics;
      try (Program agent =
          Program.start(directory.resolve("agent.log"), "run", "-c", config.toString())) {
        assertThat(agent.isAlive()).isTrue();
        await()
            .atMost(Duration.ofMinutes(2))
            .until(
                () ->
                    parity(servers, "one").size() >= SAME + OTHER - 1
                        && parity(servers, "two").size() >= SAME + OTHER - 1);
        metrics = metrics(port);
      }
      String doctor;
      try (Program program =
          Program.start(directory.resolve("doctor.log"), "doctor", "-c", config.toString())) {
        assertThat(program.exitCode(60)).as(program.output()).isEqualTo(0);
        doctor = program.output();
      }

      // Then
      for (String model : List.of("one", "two")) {
        List<Parity> windows = parity(servers, model);
        // The first window of a start is dropped.
        assertThat(windows.subList(0, SAME - 1))
            .as(model)
            .allSatisfy(window -> assertThat(window.error()).isLessThan(1e-5));
        assertThat(windows.subList(SAME - 1, SAME + OTHER - 1))
            .as(model)
            .allSatisfy(window -> assertThat(window.error()).isGreaterThan(0.1));
      }
      assertThat(parity(servers, "two")).extracting(Parity::samples).containsOnly(K);
      assertThat(parity(servers, "one"))
          .allSatisfy(window -> assertThat(window.samples()).isBetween(K / 2, K - 1));
      assertThat(value(metrics, "gradwatch_parity_error_ratio{model=\"one\"}")).isGreaterThan(0.1);
      assertThat(
              value(metrics, "gradwatch_requests_unjoined_total{model=\"one\",reason=\"expired\"}"))
          .isPositive();
      assertThat(metrics).doesNotContain("gradwatch_requests_unjoined_total{model=\"two\"");
      assertThat(doctor)
          .containsPattern("ok +join of model one: the id is the header ce_id; .* requests found")
          .containsPattern("ok +join of model two: the id is the key; .* requests found");
    }
  }

  private void send(String servers) throws Exception {
    List<Digit> digits = DigitFile.heldOut(Program.home().resolve("demo/digits.csv.gz"));
    DigitRequests requests =
        new DigitRequests(
            digits,
            7,
            DigitServer.answers(
                Program.home().resolve("demo/digits.pt"), digits, List.of(Shift.NONE)));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "linger.ms", 20),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < (SAME + OTHER) * RECORDS + RECORDS; i++) {
        long time = start.toEpochMilli() + i * SIZE / RECORDS;
        ObjectNode joined = (ObjectNode) JSON.readTree(requests.body(i, Shift.NONE));
        ArrayNode logits = (ArrayNode) joined.remove("outputs").get(0).path("data");
        // The other model takes each digit for the next one.
        boolean same = i < SAME * RECORDS;
        byte[] response = response(same ? logits : rotated(logits));
        byte[] request = JSON.writeValueAsBytes(joined);
        String id = "e-" + i;
        event(producer, ONE, i % 2, null, id, "request", time, request);
        event(producer, REQUESTS, i % 2, id, id, "request", time, request);
        // Some are answered in the next window.
        if (i % UNANSWERED != 0) {
          event(producer, ONE, (i + 1) % 2, null, id, "response", time + 400, response);
        }
        event(producer, RESPONSES, i % 3, id, id, "response", time + 400, response);
      }
      producer.flush();
    }
  }

  private static ArrayNode rotated(ArrayNode logits) {
    ArrayNode other = JSON.createArrayNode();
    for (int k = 0; k < logits.size(); k++) {
      other.add(logits.get((k + 1) % logits.size()));
    }
    return other;
  }

  /** Of version 1 of the protocol, which has no id. */
  private static byte[] response(JsonNode logits) throws IOException {
    ObjectNode response = JSON.createObjectNode();
    response.putArray("predictions").add(logits);
    return JSON.writeValueAsBytes(response);
  }

  private static void event(
      KafkaProducer<byte[], byte[]> producer,
      String topic,
      int partition,
      @Nullable String key,
      String id,
      String kind,
      long time,
      byte[] value) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic, partition, time, key == null ? null : key.getBytes(UTF_8), value);
    Map.of(
            "ce_specversion", "1.0",
            "ce_id", id,
            "ce_source", "http://localhost:8080/",
            "ce_type", "org.kubeflow.serving.inference." + kind,
            "content-type", "application/json")
        .forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
    var unused = producer.send(record);
  }

  private static List<Parity> parity(String servers, String model) {
    return ExpectedWindows.values(servers, "gradwatch.importance", WindowOutcome.class).stream()
        .filter(outcome -> outcome.model().equals(model) && outcome.snapshot() != null)
        .map(outcome -> Objects.requireNonNull(outcome.snapshot()).parity())
        .map(Objects::requireNonNull)
        .toList();
  }

  private static String metrics(int port) throws Exception {
    URI uri = URI.create("http://127.0.0.1:%d/metrics".formatted(port));
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
        .body();
  }

  private static double value(String metrics, String series) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(Double.NaN);
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private String config(String servers, int port) {
    String model =
        """
          - name: %s
            path: %s
            topics: [%s]
            join: {%s}
            start-from: earliest
            window: 10s
            samples: %d
            grace: 1s
            idle-timeout: 2s
            micro-batch: 16
            methods: taylor
            inputs:
              - {name: image, datatype: FP32, shape: [-1, 1, 8, 8]}
        """;
    Path file = Program.home().resolve("demo/digits.pt");
    return """
        kafka:
          bootstrap.servers: %s
        listen: 127.0.0.1:%d
        state-dir: %s
        partitions: 2
        replication-factor: 1
        duty-cycle: 1
        models:
        """
            .formatted(servers, port, directory.resolve("state"))
        + model.formatted("one", file, ONE, "id: header ce_id", K)
        + model.formatted(
            "two", file, REQUESTS, "id: key, response-topics: [%s]".formatted(RESPONSES), K);
  }
}
