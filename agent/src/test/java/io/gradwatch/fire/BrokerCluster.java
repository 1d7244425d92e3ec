package io.gradwatch.fire;

import static org.awaitility.Awaitility.await;

import io.gradwatch.fire.BrokerProcess.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Brokers in processes of their own, each behind a proxy for whoever is not the test itself. */
public final class BrokerCluster implements AutoCloseable {
  private final List<Ports> ports;
  private final List<TcpProxy> proxies = new ArrayList<>();
  private final List<BrokerProcess> brokers = new ArrayList<>();

  private BrokerCluster(List<Ports> ports) {
    this.ports = ports;
  }

  /**
   * Starts brokers and waits until all are there; with more than one, data has as many replicas.
   */
  public static BrokerCluster start(Path directory, int count) throws IOException {
    List<Ports> ports = new ArrayList<>();
    for (int node = 0; node < count; node++) {
      ports.add(new Ports(freePort(), freePort(), freePort(), freePort()));
    }
    BrokerCluster cluster = new BrokerCluster(List.copyOf(ports));
    for (int node = 1; node <= count; node++) {
      Ports own = ports.get(node - 1);
      cluster.proxies.add(new TcpProxy(own.advertised(), own.behindProxy()));
      cluster.brokers.add(
          BrokerProcess.start(directory.resolve("broker-" + node), node, cluster.ports));
    }
    cluster.awaitAll();
    return cluster;
  }

  /** Where the test connects, past the proxies. */
  public String servers() {
    return servers(ports.stream().map(Ports::direct).toList());
  }

  /** Where the agents connect. */
  String proxiedServers() {
    return servers(ports.stream().map(Ports::advertised).toList());
  }

  List<BrokerProcess> brokers() {
    return brokers;
  }

  List<TcpProxy> proxies() {
    return proxies;
  }

  public void createTopic(String name, int partitions)
      throws InterruptedException, ExecutionException {
    try (Admin admin = admin()) {
      admin
          .createTopics(List.of(new NewTopic(name, partitions, (short) brokers.size())))
          .all()
          .get();
    }
  }

  /** Waits until the metadata names every broker. */
  void awaitAll() {
    try (Admin admin = admin()) {
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(200))
          .ignoreExceptions()
          .until(() -> admin.describeCluster().nodes().get().size() == brokers.size());
    }
  }

  @Override
  public void close() throws IOException {
    brokers.forEach(BrokerProcess::close);
    for (TcpProxy proxy : proxies) {
      proxy.close();
    }
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", servers(), "default.api.timeout.ms", 60_000));
  }

  private static String servers(Collection<Integer> ports) {
    return ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
  }

  /**
   * Below those that the kernel gives to outgoing connections: one of them could have the port of a
   * broker that is down.
   */
  private static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return free.getLocalPort();
      } catch (java.net.BindException e) {
        // taken; another one
      }
    }
  }
}
