package io.gradwatch.demo;

import io.gradwatch.agent.Broker;
import io.gradwatch.config.ModelSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/**
 * The demonstration's traffic: a history that a baseline can be made of, live requests after it,
 * and a change when it is told. Callable on any thread.
 */
public final class DemoTraffic implements AutoCloseable {
  /** Windows of history: what the baseline needs, and some to be watched. */
  private static final int HISTORY_WINDOWS = 108;

  private static final int PARTITIONS = 2;
  private static final long SEED = 20260301;

  private final Traffic traffic;
  private final Instant start;
  private final Duration past;
  private final long sent;

  private DemoTraffic(Traffic traffic, Instant start, Duration past, long sent) {
    this.traffic = traffic;
    this.start = start;
    this.past = past;
    this.sent = sent;
  }

  /**
   * Sends the traffic to a broker where somebody else reads it, until the thread is interrupted: as
   * it was for as many live windows as the demonstration has, then changed if it is to drift.
   *
   * @param home folder of the installation, which holds {@code demo/}
   * @param options of which {@code drift} and {@code rate} count
   * @throws io.gradwatch.agent.StartException if no broker answers
   * @throws IOException if the broker does not take it
   * @throws InterruptedException to end it
   */
  public static void run(Path home, String bootstrapServers, DemoOptions options, PrintWriter out)
      throws IOException, InterruptedException {
    Broker.connect(Map.of("bootstrap.servers", bootstrapServers)).close();
    ModelSettings model = Demo.config(home, bootstrapServers, home.toString(), 0).models().get(0);
    try (DemoTraffic traffic = start(home, bootstrapServers, model, options.rate())) {
      out.printf(
          "Topic %s at %s got the last %d s of traffic: %,d requests. Live traffic follows.%n",
          model.topics().names().get(0), bootstrapServers, traffic.past.toSeconds(), traffic.sent);
      out.flush();
      if (options.drift()) {
        Thread.sleep(model.window().size().multipliedBy(DemoScript.QUIET_WINDOWS).toMillis());
        traffic.shift(Shift.ROTATED);
        out.println(DemoScript.CHANGE);
        out.flush();
      }
      new CountDownLatch(1).await();
    }
  }

  /**
   * Creates the topic, fills it with the past, and begins to send live. A topic that is there
   * already has its past, and gets none.
   */
  static DemoTraffic start(Path home, String bootstrapServers, ModelSettings model, int rate)
      throws IOException, InterruptedException {
    String topic = model.topics().names().get(0);
    List<Digit> digits = DigitFile.heldOut(home.resolve("demo/digits.csv.gz"));
    Map<Digit, List<Float>> answers =
        DigitServer.answers(model.location().path(), digits, List.of(Shift.NONE, Shift.ROTATED));
    boolean isNew = create(bootstrapServers, topic);
    Traffic traffic =
        Traffic.to(
            bootstrapServers,
            topic,
            new DigitRequests(digits, SEED, answers),
            InstantSource.system());
    try {
      Duration past = isNew ? model.window().size().multipliedBy(HISTORY_WINDOWS) : Duration.ZERO;
      Instant start = InstantSource.system().instant();
      long sent = traffic.history(start.minus(past), start, rate);
      traffic.live(rate);
      return new DemoTraffic(traffic, start, past, sent);
    } catch (KafkaException e) {
      traffic.close();
      throw new IOException(e.getMessage(), e);
    }
  }

  /** When the live traffic began, in event time. */
  Instant start() {
    return start;
  }

  /** How far the history goes back. */
  Duration past() {
    return past;
  }

  /** Requests in the history. */
  long sent() {
    return sent;
  }

  /** Changes the traffic; says from when on, in event time. */
  Instant shift(Shift shift) {
    traffic.shift(shift);
    return InstantSource.system().instant();
  }

  /** Whether the topic was not there before. */
  private static boolean create(String bootstrapServers, String topic)
      throws IOException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw new IOException(
          "the broker at %s does not create topic %s: %s"
              .formatted(bootstrapServers, topic, reason(e)),
          e);
    } catch (KafkaException e) {
      // Names that cannot be resolved: the reason is the cause.
      throw new IOException(
          "the broker at %s cannot be reached: %s".formatted(bootstrapServers, reason(e)), e);
    }
  }

  private static @Nullable String reason(Exception e) {
    return Objects.requireNonNullElse(e.getCause(), e).getMessage();
  }

  @Override
  public void close() {
    traffic.close();
  }
}
