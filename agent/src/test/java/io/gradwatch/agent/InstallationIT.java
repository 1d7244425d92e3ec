package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gradwatch.agent.Doctor.Finding;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.fire.BrokerCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The archive as somebody installs it: unpacked into a folder that nobody may write to, and run as
 * a user that owns nothing, against a broker that was started apart.
 */
class InstallationIT {
  private static final String TOPIC = "inference.digits";
  private static final String LABELS = "digits.labels";
  private static final int NOBODY = 65_534;

  @TempDir private Path folder;

  @Test
  void anotherUserRunsTheUnpackedArchiveWhichMakesTheTopicsThatWerePlanned() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path home = install();
    try (BrokerCluster broker = BrokerCluster.start(folder.resolve("broker"), 1)) {
      broker.createTopic(TOPIC, 1);
      broker.createTopic(LABELS, 1);
      int port = freePort();
      Path file = Files.writeString(folder.resolve("gradwatch.yaml"), yaml(broker, home, port));
      GradwatchConfig config = GradwatchConfig.load(file, Map.of());
      thatMoreReplicasThanBrokersAreSeen(file);
      try (Admin admin = Broker.connect(config.kafka().values())) {
        thatADryRunChangesNothing(config, admin);
        thatItRuns(home, file, port);
        assertThat(topics(admin)).isEqualTo(planned(config));
        assertThat(PlannedTopic.create(config)).isEmpty();
      }
    }
  }

  private void thatMoreReplicasThanBrokersAreSeen(Path file) throws Exception {
    String yaml = Files.readString(file).replace("replication-factor: 1", "replication-factor: 3");
    Path wrong = Files.writeString(folder.resolve("wrong.yaml"), yaml);
    GradwatchConfig config = GradwatchConfig.load(wrong, Map.of());

    assertThat(DryRun.examine(config))
        .filteredOn(finding -> !finding.good())
        .extracting(Finding::line)
        .containsExactly(
            "WRONG   replication-factor 3: the cluster has 1 broker(s), so topics that are missing"
                + " cannot be made; set it to 1 at the most");
    assertThatThrownBy(() -> PlannedTopic.create(config))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("set replication-factor to the number of brokers at the most");
  }

  private static void thatADryRunChangesNothing(GradwatchConfig config, Admin admin)
      throws Exception {
    List<Finding> findings = DryRun.examine(config);
    assertThat(findings).allMatch(Finding::good);
    assertThat(findings).extracting(Finding::what).anyMatch(what -> what.startsWith("state-dir"));
    assertThat(DryRun.plan(config, findings))
        .contains(
            "create topic gradwatch.samples with 2 partitions",
            "sample %s for model digits as group gradwatch-sampling".formatted(TOPIC));
    assertThat(topics(admin)).isEmpty();
    assertThat(config.stateDir()).isEmptyDirectory();
  }

  private void thatItRuns(Path home, Path file, int port) throws Exception {
    Path log = folder.resolve("gradwatch.log");
    List<String> command = new ArrayList<>(asNobody());
    command.addAll(List.of(home.resolve("bin/gradwatch").toString(), "run", "-c", file.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("DJL_CACHE_DIR", writable("cache").toString());
    builder.environment().put("HOME", "/nonexistent");
    Process agent = builder.redirectOutput(log.toFile()).start();
    try {
      await()
          .atMost(Duration.ofSeconds(90))
          .pollInterval(Duration.ofMillis(200))
          .until(
              () -> {
                assertThat(agent.isAlive()).as(Files.readString(log)).isTrue();
                return ready(port);
              });
      agent.destroy();
      assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(agent.exitValue()).as(Files.readString(log)).isZero();
    } finally {
      agent.destroyForcibly();
    }
  }

  private static boolean ready(int port) throws InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/readyz".formatted(port))).build();
      return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode() == 200;
    } catch (IOException e) {
      return false; // it does not listen yet
    }
  }

  /** Nothing where this user already owns nothing that matters. */
  private static List<String> asNobody() {
    return isRoot()
        ? List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups")
        : List.of();
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  /** The archive of the build, unpacked. */
  private Path install() throws Exception {
    Path archive = Program.home().resolveSibling("gradwatch.tar.gz");
    run("tar", "-xzf", archive.toString(), "-C", folder.toString());
    Path home = folder.resolve("gradwatch");
    for (String file :
        List.of(
            "deploy/SYSTEMD.md",
            "deploy/systemd/gradwatch.service",
            "deploy/prometheus/gradwatch.rules.yml",
            "deploy/prometheus/RUNBOOK.md",
            "grafana/dashboards/gradwatch-model.json",
            "grafana/provisioning/dashboards/gradwatch.yml")) {
      assertThat(home.resolve(file)).hasSameBinaryContentAs(Path.of("..").resolve(file));
    }
    run("chmod", "-R", "a-w", home.toString());
    return home;
  }

  private Path writable(String name) throws Exception {
    Path made = Files.createDirectories(folder.resolve(name));
    if (isRoot()) {
      run("chown", "%d:%d".formatted(NOBODY, NOBODY), made.toString());
    }
    return made;
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as("%s", List.of(command)).isZero();
  }

  private String yaml(BrokerCluster broker, Path home, int port) throws Exception {
    return """
        kafka:
          bootstrap.servers: %s
        listen: 127.0.0.1:%d
        state-dir: %s
        partitions: 2
        replication-factor: 1
        model-folders: [%s]
        models:
          - name: digits
            path: %s
            topics: [%s]
            window: 10s
            samples: 64
            grace: 1s
            label-samples: 16
            labels-topic: %s
            label-wait: 1m
        """
        .formatted(
            broker.servers(),
            port,
            writable("state"),
            home.resolve("demo"),
            home.resolve("demo/digits.pt"),
            TOPIC,
            LABELS);
  }

  /** Each topic of Gradwatch's with its partitions and settings. */
  private static Map<String, String> planned(GradwatchConfig config) {
    Map<String, String> planned = new TreeMap<>();
    PlannedTopic.all(config)
        .forEach(topic -> planned.put(topic.name(), topic.partitions() + " " + topic.settings()));
    return planned;
  }

  /** The same, as the broker has them. */
  private static Map<String, String> topics(Admin admin) throws Exception {
    Set<String> names = new TreeSet<>(admin.listTopics().names().get());
    names.removeIf(name -> !name.startsWith("gradwatch"));
    List<ConfigResource> resources =
        names.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    Map<String, String> topics = new TreeMap<>();
    for (Map.Entry<ConfigResource, Config> topic :
        admin.describeConfigs(resources).all().get().entrySet()) {
      String name = topic.getKey().name();
      Map<String, String> settings = new TreeMap<>();
      for (ConfigEntry entry : topic.getValue().entries()) {
        if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
          settings.put(entry.name(), entry.value());
        }
      }
      int partitions =
          Objects.requireNonNull(
                  admin.describeTopics(List.of(name)).allTopicNames().get().get(name))
              .partitions()
              .size();
      topics.put(name, partitions + " " + settings);
    }
    return topics;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
