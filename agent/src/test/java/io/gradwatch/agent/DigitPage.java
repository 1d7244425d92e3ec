package io.gradwatch.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.EmbeddedBroker;
import io.gradwatch.demo.Shift;
import io.gradwatch.drift.DriftKind;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftTracker;
import io.gradwatch.drift.Suspects;
import io.gradwatch.http.Access;
import io.gradwatch.http.Probes;
import io.gradwatch.http.StatusServer;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceWorkers;
import io.gradwatch.importance.Mailbox;
import io.gradwatch.importance.Outcome;
import io.gradwatch.importance.Settled;
import io.gradwatch.importance.WorkerEvents;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.report.ModelReport;
import io.gradwatch.report.ReadingHistory;
import io.gradwatch.report.ReadingHistory.Columns;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.payload.PayloadReader;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.SampleReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The page of an agent that watches the digits: real requests in a real broker, gradients by the
 * real worker, readings by the real tracker, served as the agent serves them. Only the two
 * topologies between them are left out, so that windows close when a test says so.
 */
final class DigitPage implements AutoCloseable {
  private static final int WINDOW = 64;
  private static final int BASELINE = 24;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String TOPIC = "inference.digits";
  private static final String DRIFT = "gradwatch.drift";
  private static final String IMPORTANCE = "gradwatch.importance";
  private static final Instant BEGIN = Instant.parse("2026-03-01T06:00:00Z");

  private final EmbeddedBroker broker;
  private final GradwatchConfig config;
  private final ModelSettings model;
  private final DigitRequests requests;
  private final KafkaProducer<byte[], byte[]> producer;
  private final ImportanceWorkers workers;
  private final Mailbox mailbox;
  private final DriftTracker tracker;
  private final Metrics metrics = new Metrics();
  private final ModelReport report = new ModelReport(metrics, 50);
  private final Deque<Runnable> opened = new ArrayDeque<>();
  private @Nullable Settled settled;
  private @Nullable DriftReading last;
  private int windows;

  DigitPage() throws Exception {
    broker = EmbeddedBroker.start();
    config = config(true);
    model = config.models().get(0);
    requests = new DigitRequests(DigitFile.heldOut(Path.of("src/main/dist/demo/digits.csv.gz")), 1);
    try (Admin admin = Admin.create(config.kafka().values())) {
      admin
          .createTopics(
              Stream.of(TOPIC, DRIFT, IMPORTANCE)
                  .map(topic -> new NewTopic(topic, 1, (short) 1))
                  .toList())
          .all()
          .get();
    }
    producer =
        new KafkaProducer<>(
            config.kafka().values(), new ByteArraySerializer(), new ByteArraySerializer());
    workers = Models.begin(config, location -> "", WorkerEvents.NONE);
    mailbox = workers.open();
    tracker = DriftTracker.start(model.drift(), null);
  }

  private GradwatchConfig config(boolean showSamples) {
    return GradwatchConfig.parse(
        """
        kafka: {bootstrap.servers: '%s'}
        duty-cycle: 1.0
        threads: 1
        warnings: 1 per 1d
        models:
          - name: digits
            path: %s
            topics: [%s]
            window: 5m
            samples: %d
            micro-batch: 16
            methods: [taylor]
            device: cpu
            false-alarms: 10%% in 200 windows
            cycle: 1h
            baseline-windows: %d
            show-samples: %s
        """
            .formatted(
                broker.bootstrapServers(),
                Path.of("src/main/dist/demo/digits.pt").toAbsolutePath(),
                TOPIC,
                WINDOW,
                BASELINE,
                showSamples),
        "test",
        Map.of());
  }

  /** Lets windows pass until the drift of rotated digits is known, and what contributes to it. */
  DigitPage drifted() throws Exception {
    while (windows < BASELINE + 4) {
      window(Shift.NONE);
    }
    while (last == null || last.contributors() == null || last.onset() == null) {
      window(Shift.ROTATED);
    }
    return this;
  }

  /** Lets a window pass. */
  void window(Shift shift) throws Exception {
    List<InferenceSample> samples = new ArrayList<>();
    List<SampleReference> references = new ArrayList<>();
    for (int i = 0; i < WINDOW; i++) {
      long number = (long) windows * WINDOW + i;
      byte[] body = requests.body(number, shift);
      var unused = producer.send(new ProducerRecord<>(TOPIC, body));
      samples.addAll(PayloadReader.AUTO.read(body));
      references.add(new SampleReference(TOPIC, 0, number, 0));
    }
    producer.flush();
    long start = BEGIN.plus(Duration.ofMinutes(5L * windows++)).toEpochMilli();
    mailbox.offer(
        new Mailbox.Offer(
            new SampleBatch(
                "digits", start, start + 300_000, samples, WINDOW, "", false, references),
            settled,
            Suspects.request(last, model.drift().method()),
            false));
    Outcome outcome =
        await()
            .atMost(PATIENCE)
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(2))
            .until(mailbox::poll, done -> done != null);
    ImportanceSnapshot snapshot = ((Outcome.Computed) outcome).snapshot();
    settled = Settled.of(snapshot);
    last = tracker.accept(snapshot).reading();
    if (last != null) {
      report.read(last);
      publish(last);
    }
  }

  /** As the importance application does. */
  private void publish(DriftReading reading) throws Exception {
    try (JsonSerde<DriftReading> serde = new JsonSerde<>(DriftReading.class)) {
      byte[] key = (reading.model() + "/" + reading.version()).getBytes(UTF_8);
      byte[] value = serde.serializer().serialize("", reading);
      producer.send(new ProducerRecord<>(DRIFT, key, value)).get();
    }
  }

  /** The history of the page. */
  Columns history() {
    return report.history().columns("digits", DriftKind.TRAFFIC);
  }

  /** The history that another process finds. */
  Columns restoredHistory() {
    ReadingHistory restored = new ReadingHistory();
    try (DriftHistory reader = new DriftHistory()) {
      reader.fill(restored, config, InstantSource.system().instant());
      return await()
          .atMost(PATIENCE)
          .until(
              () -> restored.columns("digits", DriftKind.TRAFFIC),
              columns -> columns.ends().size() == windows);
    }
  }

  /**
   * Serves it.
   *
   * @param port 0 for any
   * @param showSamples whether samples may be seen
   */
  StatusServer serve(int port, boolean showSamples) {
    GradwatchConfig shown = config(showSamples);
    PictureDesk pictures = new PictureDesk(config.kafka().values(), () -> workers);
    opened.push(pictures::close);
    ReportDesk reports = new ReportDesk(() -> shown);
    opened.push(reports::close);
    StatusServer server =
        new StatusServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            Access.OPEN,
            metrics,
            new AgentPage(report, () -> shown, pictures, reports, InstantSource.system()),
            new Probes(Optional::empty, Optional::empty));
    opened.push(server::close);
    return server;
  }

  @Override
  public void close() {
    opened.forEach(Runnable::run);
    mailbox.close();
    workers.close();
    producer.close();
    metrics.close();
    broker.close();
  }
}
