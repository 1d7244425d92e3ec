package io.gradwatch.fire;

import io.gradwatch.agent.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kafka.tools.StorageTool;

/**
 * A real Kafka broker and KRaft controller in a process of its own, always on the same ports and
 * data: killed and started again, it goes on. Two listeners, one for tests and other brokers, the
 * other one for those behind the {@link TcpProxy}.
 */
final class BrokerProcess implements AutoCloseable {
  /** Always the same: a directory is tied to the cluster that formatted it. */
  private static final String CLUSTER = "Z3JhZHdhdGNoLWZpcmUtMQ";

  /** Ports of one broker; {@code advertised} is the proxy's. */
  record Ports(int direct, int behindProxy, int advertised, int controller) {}

  private final Path properties;
  private final Path log;
  private Process process;

  private BrokerProcess(Path properties, Path log) throws IOException {
    this.properties = properties;
    this.log = log;
    this.process = launch();
  }

  /**
   * Formats a directory and starts a broker on it; it is not ready yet.
   *
   * @param cluster ports of all brokers, in the order of their node ids, which count from 1
   */
  static BrokerProcess start(Path directory, int node, List<Ports> cluster) throws IOException {
    Files.createDirectories(directory);
    Path properties = directory.resolve("server.properties");
    Files.writeString(properties, properties(directory.resolve("data"), node, cluster));
    try (PrintStream quiet =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      String[] format = {"format", "-t", CLUSTER, "-c", properties.toString()};
      if (StorageTool.execute(format, quiet) != 0) {
        throw new IOException("cannot format " + directory);
      }
    }
    return new BrokerProcess(properties, directory.resolve("broker.log"));
  }

  void kill() throws IOException, InterruptedException {
    Signal.KILL.send(process.pid());
    process.waitFor();
  }

  /** After a kill. */
  void restart() throws IOException {
    process = launch();
  }

  void pause() throws IOException, InterruptedException {
    Signal.STOP.send(process.pid());
  }

  void resume() throws IOException, InterruptedException {
    Signal.CONT.send(process.pid());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private Process launch() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            Program.home().resolve("lib") + "/*",
            "kafka.Kafka",
            properties.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private static String properties(Path data, int node, List<Ports> cluster) {
    Ports own = cluster.get(node - 1);
    int replicas = cluster.size();
    int inSync = Math.max(1, replicas - 1);
    String voters =
        IntStream.range(0, replicas)
            .mapToObj(i -> "%d@127.0.0.1:%d".formatted(i + 1, cluster.get(i).controller()))
            .collect(Collectors.joining(","));
    return """
        process.roles=broker,controller
        node.id=%1$d
        controller.quorum.voters=%2$s
        controller.listener.names=CONTROLLER
        inter.broker.listener.name=DIRECT
        listener.security.protocol.map=DIRECT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT
        listeners=DIRECT://127.0.0.1:%3$d,PROXIED://127.0.0.1:%4$d,CONTROLLER://127.0.0.1:%5$d
        advertised.listeners=DIRECT://127.0.0.1:%3$d,PROXIED://127.0.0.1:%6$d
        log.dirs=%7$s
        default.replication.factor=%8$d
        min.insync.replicas=%9$d
        offsets.topic.replication.factor=%8$d
        offsets.topic.num.partitions=4
        transaction.state.log.replication.factor=%8$d
        transaction.state.log.min.isr=%9$d
        transaction.state.log.num.partitions=4
        auto.create.topics.enable=false
        group.initial.rebalance.delay.ms=0
        group.min.session.timeout.ms=1000
        log.cleaner.dedupe.buffer.size=2097152
        broker.session.timeout.ms=2000
        broker.heartbeat.interval.ms=400
        controlled.shutdown.enable=false
        """
        .formatted(
            node,
            voters,
            own.direct(),
            own.behindProxy(),
            own.controller(),
            own.advertised(),
            data,
            replicas,
            inSync);
  }
}
