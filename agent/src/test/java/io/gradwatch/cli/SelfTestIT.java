package io.gradwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.EmbeddedBroker;
import io.gradwatch.demo.Shift;
import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.OnePass;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Task;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.JsonLines;
import io.gradwatch.sample.payload.PayloadReader;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.topology.ModelPartition;
import io.gradwatch.topology.WindowOutcome;
import io.gradwatch.window.SampleBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A self-test of what a topic remembers, on a real broker. */
class SelfTestIT {
  private static final Path DEMO = Path.of("src/main/dist/demo").toAbsolutePath();
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final int PARTITIONS = 2;
  private static final int SIZE = 32;
  private static final int RUN = 90;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  @Test
  void playsPastWindowsOfTheTopicAndPutsShiftsIntoAFile() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      // Given
      write("past.jsonl", 3 * RUN * SIZE, 1);
      write("today.jsonl", 3 * 25 * SIZE, 2);
      publish(broker.bootstrapServers());
      Files.writeString(directory.resolve("gradwatch.yaml"), config(broker.bootstrapServers()));

      // When
      Ended bare = execute("--format", "json");
      Ended shifted = execute("--samples", file("today.jsonl"), "--patience", "25");
      Ended few = execute("--last", "89");

      // Then
      JsonNode report = JSON.readTree(bare.out());
      assertThat(bare.code()).as(bare.err()).isZero();
      assertThat(report.get("runs").asInt()).isEqualTo(3);
      assertThat(report.get("alarms").asInt()).isZero();
      assertThat(report.get("shifts")).isEmpty();
      assertThat(report.get("detectionRate").isNull()).isTrue();
      assertThat(shifted.code()).as(shifted.err()).isZero();
      assertThat(shifted.out())
          .containsPattern("none +0/")
          .containsPattern("permuted +[1-3]/[1-3]");
      assertThat(few.code()).isEqualTo(Main.USAGE);
      assertThat(few.err()).contains("the history has 89 windows");
    }
  }

  private void publish(String bootstrapServers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin
          .createTopics(List.of(new NewTopic("gradwatch.importance", PARTITIONS, (short) 1)))
          .all()
          .get();
    }
    try (KafkaProducer<String, byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers),
                new StringSerializer(),
                new ByteArraySerializer());
        JsonSerde<WindowOutcome> serde = new JsonSerde<>(WindowOutcome.class)) {
      for (WindowOutcome outcome : past()) {
        producer
            .send(
                new ProducerRecord<>(
                    "gradwatch.importance",
                    ModelPartition.of("digits", PARTITIONS),
                    "digits/" + outcome.start(),
                    serde.serializer().serialize("", outcome)))
            .get();
      }
    }
  }

  private List<WindowOutcome> past() throws IOException {
    long first = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(7_200).toEpochMilli();
    ImportanceSettings settings =
        new ImportanceSettings(
            Task.CLASSIFICATION,
            OutputKind.LOGITS,
            Set.of(ImportanceMethod.TAYLOR, ImportanceMethod.FISHER),
            16,
            false,
            List.of());
    List<InferenceSample> samples;
    try (Stream<JsonLines.Line> lines =
        JsonLines.read(directory.resolve("past.jsonl"), PayloadReader.AUTO)) {
      samples = lines.flatMap(line -> line.samples().stream()).toList();
    }
    List<WindowOutcome> past = new ArrayList<>();
    try (DifferentiableModel model =
        TorchScript.load(
            DEMO.resolve("digits.pt"), new DeviceSettings("cpu", 1), OutputPick.FIRST)) {
      for (int window = 0; window < 3 * RUN; window++) {
        long start = first + window * WINDOW.toMillis();
        long end = start + WINDOW.toMillis();
        List<InferenceSample> rows = samples.subList(window * SIZE, (window + 1) * SIZE);
        SampleBatch batch = new SampleBatch("digits", start, end, rows, SIZE, "");
        past.add(
            new WindowOutcome(
                WindowOutcome.FORMAT,
                "digits",
                start,
                end,
                null,
                null,
                OnePass.importance(model, settings, batch, () -> 0),
                null));
      }
    }
    return past;
  }

  private String config(String bootstrapServers) {
    return """
        kafka:
          bootstrap.servers: %s
        listen: 127.0.0.1:0
        state-dir: %s
        warnings: 50%% in 20 windows
        models:
          - name: digits
            path: %s
            topics: [inference.digits]
            window: 10s
            samples: 32
            micro-batch: 16
            cycle: 300s
            baseline-windows: 20
            false-alarms: 10%% in 60 windows
        """
        .formatted(bootstrapServers, directory.resolve("state"), DEMO.resolve("digits.pt"));
  }

  private Ended execute(String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("selftest", "-c", file("gradwatch.yaml"), "digits"));
    arguments.addAll(List.of(options));
    return Ended.of(arguments.toArray(String[]::new));
  }

  private void write(String name, int rows, long seed) throws IOException {
    DigitRequests requests =
        new DigitRequests(DigitFile.heldOut(DEMO.resolve("digits.csv.gz")), seed);
    List<String> lines = new ArrayList<>();
    for (int number = 0; number < rows; number++) {
      lines.add(new String(requests.body(number, Shift.NONE), StandardCharsets.UTF_8));
    }
    Files.write(directory.resolve(name), lines);
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }
}
