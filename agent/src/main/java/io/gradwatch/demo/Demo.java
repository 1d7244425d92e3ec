package io.gradwatch.demo;

import io.gradwatch.agent.Agent;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.topology.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Everything in one process: a real broker, real handwritten digits as traffic, a real TorchScript
 * model, and the agent that watches it.
 *
 * <p>It reads what it shows from the drift topic, as any other reader would.
 */
public final class Demo implements AutoCloseable {
  private final Path home;
  private final DemoOptions options;
  private final PrintWriter out;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /**
   * @param home folder of the installation, which holds {@code demo/}
   * @param out where the story is told
   */
  public Demo(Path home, DemoOptions options, PrintWriter out) {
    this.home = home;
    this.options = options;
    this.out = out;
  }

  /**
   * Runs it until it is over.
   *
   * @param patience after which it has failed, for options with an end
   * @return whether it ended as it should
   */
  public boolean run(Duration patience) throws IOException, InterruptedException {
    requireFree(options.port());
    EmbeddedBroker broker = keep(EmbeddedBroker.start());
    Path state = Files.createTempDirectory("gradwatch-demo-");
    opened.push(() -> EmbeddedBroker.delete(state));
    GradwatchConfig config =
        config(home, broker.bootstrapServers(), state.toString(), options.port());
    DemoTraffic traffic =
        keep(
            DemoTraffic.start(
                home, broker.bootstrapServers(), config.models().get(0), options.rate()));
    Instant live = traffic.start();
    out.printf(
        "A broker at %s holds the last %d s of traffic: %,d requests. Live traffic follows.%n",
        broker.bootstrapServers(), traffic.past().toSeconds(), traffic.sent());

    Agent agent = keep(Agent.start(config, InstantSource.system()));
    out.printf(
        "Open http://127.0.0.1:%d/ for the status, /metrics for Prometheus.%n%n", agent.port());
    DemoScript script = new DemoScript(options, live, traffic::shift, out);
    return follow(broker, new Topics(config.topicPrefix()).drift(), script, patience);
  }

  /** Before the broker is filled, which takes a while. */
  private static void requireFree(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (BindException e) {
      throw new IOException(
          "port %d is taken: choose another with --port, 0 for a free one".formatted(port), e);
    }
  }

  /** The demonstration's configuration, for one broker, folder of state and port. */
  static GradwatchConfig config(Path home, String bootstrapServers, String state, int port) {
    return GradwatchConfig.load(
        home.resolve("demo/gradwatch.yaml"),
        Map.of(
            "BOOTSTRAP_SERVERS",
            bootstrapServers,
            "STATE_DIR",
            state,
            "HOME_DIR",
            home.toString(),
            "PORT",
            Integer.toString(port)));
  }

  private boolean follow(
      EmbeddedBroker broker, String driftTopic, DemoScript script, Duration patience) {
    Map<String, Object> properties =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers(),
            ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    InstantSource clock = InstantSource.system();
    Instant deadline = clock.instant().plus(patience);
    boolean bounded = options.exitOnDrift() || options.windows() > 0;
    try (KafkaConsumer<String, DriftReading> consumer =
        new KafkaConsumer<>(
            properties,
            new StringDeserializer(),
            new JsonSerde<>(DriftReading.class).deserializer())) {
      consumer.assign(List.of(new TopicPartition(driftTopic, 0)));
      while (script.succeeded() == null) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> script.read(record.value()));
        out.flush();
        if (bounded && clock.instant().isAfter(deadline)) {
          out.printf("Nothing came to an end within %d s.%n", patience.toSeconds());
          return false;
        }
      }
    }
    return Boolean.TRUE.equals(script.succeeded());
  }

  private <T extends AutoCloseable> T keep(T resource) {
    opened.push(resource);
    return resource;
  }

  /** Stops agent, traffic and broker, in this order. May be called more than once. */
  @Override
  public synchronized void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        out.println("did not stop cleanly: " + e);
      }
    }
  }
}
