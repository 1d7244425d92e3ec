package io.gradwatch.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A real Kafka broker in this process: one node, KRaft controller and broker in one, on free ports
 * of the loopback interface. For demonstrations and tests; takes about 2 s to start and 200 MB.
 *
 * <p>Callable on any thread.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int NODE = 1;
  private static final String PLAIN = "BROKER";
  private static final String CONTROLLER = "CONTROLLER";

  /** Always the same: a directory is tied to the cluster that formatted it. */
  private static final String CLUSTER = "Z3JhZHdhdGNoLWRlbW8tMQ";

  private final KafkaRaftServer server;
  private final Map<String, Integer> ports = new HashMap<>();
  private final Path directory;
  private final boolean isTemporary;

  private EmbeddedBroker(
      Path directory,
      boolean isTemporary,
      Map<String, String> listeners,
      Map<String, String> others)
      throws IOException {
    Map<String, String> protocols = new LinkedHashMap<>(Map.of(PLAIN, "PLAINTEXT"));
    protocols.put(CONTROLLER, "PLAINTEXT");
    protocols.putAll(listeners);
    List<Integer> free = freePorts(protocols.size());
    protocols.keySet().forEach(name -> ports.put(name, free.get(ports.size())));
    this.directory = directory.toAbsolutePath();
    this.isTemporary = isTemporary;
    format(this.directory);
    Properties properties = properties(this.directory, protocols);
    properties.putAll(others);
    server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
  }

  /** Starts a broker on a fresh temporary directory, which {@link #close} deletes. */
  public static EmbeddedBroker start() throws IOException {
    return started(
        new EmbeddedBroker(
            Files.createTempDirectory("gradwatch-broker-"), true, Map.of(), Map.of()));
  }

  /**
   * Starts a broker that keeps its data in a directory. A later start on the same directory finds
   * topics, records and offsets again, on other ports.
   *
   * @param directory is created if it is not there; one broker at a time
   * @return ready to serve
   * @throws IOException if the directory cannot be written or no port is free
   */
  public static EmbeddedBroker start(Path directory) throws IOException {
    return start(directory, Map.of(), Map.of());
  }

  /**
   * The same with more listeners and properties, for instance of TLS and an authorizer. The plain
   * listener stays; its clients are anonymous.
   *
   * @param listeners security protocols by name of the listener
   */
  public static EmbeddedBroker start(
      Path directory, Map<String, String> listeners, Map<String, String> properties)
      throws IOException {
    return started(
        new EmbeddedBroker(Files.createDirectories(directory), false, listeners, properties));
  }

  /** Where clients connect, as {@code host:port}. */
  public String bootstrapServers() {
    return bootstrapServers(PLAIN);
  }

  /** Where clients of one listener connect. */
  public String bootstrapServers(String listener) {
    return LOOPBACK + ":" + ports.get(listener);
  }

  Path directory() {
    return directory;
  }

  /** Shuts the broker down in order. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
    if (isTemporary) {
      delete(directory);
    }
  }

  private static EmbeddedBroker started(EmbeddedBroker broker) {
    try {
      // Returns once the broker is registered and unfenced.
      broker.server.startup();
      return broker;
    } catch (RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  private static void format(Path directory) throws IOException {
    try (PrintStream quiet =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(quiet)
          .setNodeId(NODE)
          .setClusterId(CLUSTER)
          .setDirectories(List.of(directory.toString()))
          .setMetadataLogDirectory(directory.toString())
          .setControllerListenerName("CONTROLLER")
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
          .setIgnoreFormatted(true)
          .run();
    } catch (Exception e) {
      throw new IOException("cannot prepare %s as a broker's directory".formatted(directory), e);
    }
  }

  /**
   * The broker's configuration. Cleaner buffer: its default of 128 MiB is most of what a broker of
   * this size needs. Session: a restarted broker is unfenced only when its former one has run out.
   */
  private Properties properties(Path directory, Map<String, String> protocols) throws IOException {
    Properties properties = new Properties();
    properties.load(
        new StringReader(
            """
            process.roles=broker,controller
            node.id=%1$d
            inter.broker.listener.name=BROKER
            controller.listener.names=CONTROLLER
            controller.quorum.voters=%1$d@%2$s:%3$d
            offsets.topic.replication.factor=1
            offsets.topic.num.partitions=3
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            transaction.state.log.num.partitions=3
            share.coordinator.state.topic.replication.factor=1
            share.coordinator.state.topic.min.isr=1
            share.coordinator.state.topic.num.partitions=1
            auto.create.topics.enable=false
            group.initial.rebalance.delay.ms=0
            log.cleaner.dedupe.buffer.size=2097152
            broker.session.timeout.ms=2000
            broker.heartbeat.interval.ms=400
            """
                .formatted(NODE, LOOPBACK, ports.get(CONTROLLER))));
    properties.setProperty(
        "listeners",
        protocols.keySet().stream()
            .map(name -> "%s://%s:%d".formatted(name, LOOPBACK, ports.get(name)))
            .collect(Collectors.joining(",")));
    properties.setProperty(
        "listener.security.protocol.map",
        protocols.entrySet().stream()
            .map(listener -> listener.getKey() + ":" + listener.getValue())
            .collect(Collectors.joining(",")));
    properties.setProperty("log.dirs", directory.toString());
    return properties;
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> open = new ArrayList<>();
    try {
      // All are open at once, so that they differ.
      for (int i = 0; i < count; i++) {
        open.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return open.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : open) {
        socket.close();
      }
    }
  }

  static void delete(Path directory) {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
