package io.gradwatch.agent;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.demo.DigitFile;
import io.gradwatch.sample.Payload;
import io.gradwatch.sample.payload.DigitPayloads;
import io.gradwatch.sample.payload.DigitPayloads.Variant;
import io.gradwatch.topology.WindowOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole agent on what servers of four kinds write: a topic's name and a mapping suffice. */
class FormatsIT {
  /** Names of models by the payloads of their topics. */
  private static final Map<String, String> MODELS =
      Map.of(
          "seldon", "seldon with registry",
          "kserve", "cloudevents binary",
          "mlflow", "mlflow dataframe_split",
          "numpy", "npz");

  private static final List<String> HEADERS =
      List.of("ce_specversion", "ce_id", "ce_source", "ce_type", "content-type");
  private static final int ROWS = 4;
  private static final int K = 64;
  private static final int SECONDS = 45;
  private static final int MESSAGES_A_SECOND = 10;
  private static final int WINDOWS = 3;

  /** Recent, for a broker deletes records beyond its retention; at the start of a window. */
  private final Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(1_800);

  @TempDir private Path directory;

  @Test
  void computesTheImportanceOfWhateverTheServersWrite() throws Exception {
    try (AnyBroker broker = AnyBroker.start()) {
      String servers = broker.bootstrapServers();
      for (String model : MODELS.keySet()) {
        broker.createTopic(model, 1);
      }
      send(servers);
      try (Agent agent = Agent.start(config(servers), InstantSource.system())) {
        assertThat(agent.port()).isPositive();
        await().atMost(Duration.ofSeconds(90)).until(() -> areThere(outcomes(servers)));
      }
      outcomes(servers)
          .forEach(
              (model, windows) ->
                  assertThat(windows.subList(0, WINDOWS))
                      .as(model)
                      .allSatisfy(
                          outcome ->
                              assertThat(Objects.requireNonNull(outcome.snapshot()).samples())
                                  .isEqualTo(K)));
      assertThat(
              ExpectedWindows.all(servers, "gradwatch.dead-letters", new ByteArrayDeserializer()))
          .isEmpty();
    }
  }

  private static boolean areThere(Map<String, List<WindowOutcome>> outcomes) {
    return outcomes.keySet().equals(MODELS.keySet())
        && outcomes.values().stream().allMatch(windows -> windows.size() >= WINDOWS);
  }

  private static Map<String, List<WindowOutcome>> outcomes(String servers) {
    return ExpectedWindows.values(servers, "gradwatch.importance", WindowOutcome.class).stream()
        .collect(groupingBy(WindowOutcome::model));
  }

  private void send(String servers) throws Exception {
    List<float[]> digits =
        DigitFile.heldOut(Program.home().resolve("demo/digits.csv.gz")).stream()
            .map(digit -> pixels(digit.pixels()))
            .toList();
    Map<String, Variant> variants =
        DigitPayloads.variants(ROWS).stream()
            .collect(Collectors.toMap(Variant::name, variant -> variant));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (Map.Entry<String, String> model : MODELS.entrySet()) {
        List<Payload> messages =
            Objects.requireNonNull(variants.get(model.getValue())).messages(digits);
        for (int number = 0; number < SECONDS * MESSAGES_A_SECOND; number++) {
          long time = start.toEpochMilli() + 1_000L * number / MESSAGES_A_SECOND;
          Payload message = messages.get(number % messages.size());
          ProducerRecord<byte[], byte[]> record =
              new ProducerRecord<>(model.getKey(), 0, time, null, message.value());
          for (String header : HEADERS) {
            byte[] value = message.headers().apply(header);
            if (value != null) {
              record.headers().add(header, value);
            }
          }
          var unused = producer.send(record);
        }
      }
    }
  }

  private static float[] pixels(List<Double> pixels) {
    float[] values = new float[pixels.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = pixels.get(i).floatValue();
    }
    return values;
  }

  private GradwatchConfig config(String servers) {
    String model =
        """
          - name: %1$s
            path: %2$s
            topics: [%1$s]
            start-from: earliest
            window: 10s
            samples: %3$d
            grace: 1s
            idle-timeout: 2s
            micro-batch: 16
            inputs:
              - {name: image, datatype: FP32, shape: [-1, 1, 8, 8]}
        """;
    Path file = Program.home().resolve("demo/digits.pt");
    return GradwatchConfig.parse(
        """
        kafka:
          bootstrap.servers: %s
        listen: 127.0.0.1:0
        state-dir: %s
        partitions: 2
        replication-factor: 1
        models:
        """
                .formatted(servers, directory)
            + MODELS.keySet().stream()
                .map(name -> model.formatted(name, file, K))
                .collect(Collectors.joining()),
        "test",
        Map.of());
  }
}
