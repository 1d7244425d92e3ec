package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gradwatch.agent.Doctor.Finding;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.Role;
import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.Traffic;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.topology.WindowOutcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The installed agent as processes of their own, one role each, at a broker that grants exactly
 * what the security document lists.
 */
class SecuredAgentsIT {
  private static final String TOPIC = "inference.digits";
  private static final String LATER = "inference.later";
  private static final int PARTITIONS = 2;
  private static final int K = 64;
  private static final long SIZE = 10_000;
  private static final String HTTP_PASSWORD = "http-marker-55de";
  private static final Path TRACER = Path.of("/usr/bin/strace");

  /** Recent, for a broker deletes records beyond its retention; in the middle of a window. */
  private final Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(1_795);

  @TempDir private Path directory;
  private SecureBroker broker;
  private List<AclBinding> documented;
  private HttpClient reader;

  @BeforeEach
  void startTheBroker() throws Exception {
    broker = SecureBroker.start(directory);
    documented = DocumentedAcls.read();
    broker.admin().createAcls(documented).all().get();
    create(TOPIC);
    for (String name : List.of("store", "http")) {
      String secret = name.equals("store") ? SecureBroker.STORE_PASSWORD : HTTP_PASSWORD;
      Files.writeString(directory.resolve(name), secret + "\n");
    }
    Files.writeString(
        directory.resolve("trust.properties"), "password=" + SecureBroker.STORE_PASSWORD + "\n");
    KeyStore trusted =
        KeyStore.getInstance(
            broker.truststore().toFile(), SecureBroker.STORE_PASSWORD.toCharArray());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    reader = HttpClient.newBuilder().sslContext(tls).build();
  }

  @AfterEach
  void stopTheBroker() {
    broker.close();
  }

  @Test
  void rolesRunApartWithTheDocumentedRightsAndTheDoctorNamesEachThatIsMissing() throws Exception {
    int[] ports = freePorts();
    Path sampling = config("sampling", sampling(ports[0]));
    Path first = config("importance-1", importance(ports[1], "one"));
    Path second = config("importance-2", importance(ports[2], "two"));

    theDoctorNames(true, sampling, first);
    traffic(TOPIC, 0, 60);
    try (Program sampler = sampler(sampling);
        Program one = program(first, "importance");
        Program two = program(second, "importance")) {
      await()
          .atMost(Duration.ofSeconds(90))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> ready(ports, sampler, one, two));
      await().atMost(Duration.ofSeconds(60)).until(() -> windows("digits").size() >= 4);
      var expected = ExpectedWindows.digests(broker.plainServers(), TOPIC, SIZE, K);
      assertThat(expected).containsAllEntriesOf(windows("digits"));

      thatPagesNeedThePassword(ports[1]);
      one.terminate();
      assertThat(one.exitCode(10)).as(one.output()).isZero();
      create(LATER);
      traffic(TOPIC, 60, 120);
      traffic(LATER, 60, 120);
      int before = windows("digits").size();
      int all = windows("everything").size();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  windows("digits").size() > before
                      && windows("everything").size() > all
                      && readsTheLaterTopic());

      String pages = pages(ports[0], "http") + pages(ports[2], "https");
      sampler.terminate();
      two.terminate();
      assertThat(List.of(sampler.exitCode(10), two.exitCode(10))).containsOnly(0);
      thatNoSecretIsIn(pages, sampler.output(), one.output(), two.output());
      thatOnlyTheBrokerWasCalled();
    }
    theDoctorNames(false, sampling, first);
  }

  /**
   * Takes the documented rights away one by one: those to create topics before there are any, the
   * others when there are.
   */
  private void theDoctorNames(boolean creating, Path sampling, Path importance) throws Exception {
    for (AclBinding acl : documented) {
      if ((acl.entry().operation() == AclOperation.CREATE) != creating) {
        continue;
      }
      boolean isSampling = acl.entry().principal().endsWith("sampling");
      GradwatchConfig config =
          GradwatchConfig.load(isSampling ? sampling : importance, Map.of())
              .withRoles(Set.of(isSampling ? Role.SAMPLING : Role.IMPORTANCE));
      Set<String> sources = new TreeSet<>(List.of(TOPIC));
      try (Admin admin = Broker.connect(config.kafka().values())) {
        RightsDoctor doctor = new RightsDoctor(admin, config);
        await().untilAsserted(() -> assertThat(doctor.examine(sources)).allMatch(Finding::good));
        broker.admin().deleteAcls(List.of(acl.toFilter())).all().get();
        await()
            .untilAsserted(
                () ->
                    assertThat(doctor.examine(sources))
                        .as("without %s", acl)
                        .isNotEmpty()
                        .allSatisfy(finding -> assertThatItNames(finding, acl)));
      } finally {
        broker.admin().createAcls(List.of(acl)).all().get();
      }
    }
  }

  private static void assertThatItNames(Finding finding, AclBinding acl) {
    String operation = acl.entry().operation().toString();
    String name = acl.pattern().name();
    boolean prefixed = acl.pattern().patternType() == PatternType.PREFIXED;
    String type = acl.pattern().resourceType().name().toLowerCase(Locale.ROOT);
    assertThat(finding.good()).isFalse();
    assertThat(finding.found())
        .startsWithIgnoringCase(operation + " on " + type.replace('_', ' ') + " " + name)
        .containsIgnoringCase("--operation " + operation)
        .contains("--" + type.replace('_', '-') + " " + name)
        .matches(found -> prefixed || !found.contains("prefixed"));
  }

  private boolean ready(int[] ports, Program... programs) throws Exception {
    for (Program program : programs) {
      assertThat(program.isAlive()).as(program.output()).isTrue();
    }
    for (int i = 0; i < ports.length; i++) {
      String scheme = i == 0 ? "http" : "https";
      try {
        if (get(scheme, ports[i], "/readyz", "").statusCode() != 200) {
          return false;
        }
      } catch (IOException e) {
        return false; // it does not listen yet
      }
      assertThat(get(scheme, ports[i], "/healthz", "").statusCode()).isEqualTo(200);
    }
    return true;
  }

  private void thatPagesNeedThePassword(int port) throws Exception {
    for (String path : List.of("/", "/metrics", "/api/models")) {
      assertThat(get("https", port, path, "").statusCode()).isEqualTo(401);
      assertThat(get("https", port, path, "wrong").statusCode()).isEqualTo(401);
      assertThat(get("https", port, path, HTTP_PASSWORD).statusCode()).isEqualTo(200);
    }
  }

  private String pages(int port, String scheme) throws Exception {
    StringBuilder pages = new StringBuilder();
    for (String path : List.of("/", "/api/models", "/metrics", "/healthz", "/readyz", "/other")) {
      pages.append(get(scheme, port, path, HTTP_PASSWORD).body());
    }
    return pages.toString();
  }

  private HttpResponse<String> get(String scheme, int port, String path, String password)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("%s://127.0.0.1:%d%s".formatted(scheme, port, path)));
    if (!password.isEmpty()) {
      byte[] pair = ("prometheus:" + password).getBytes(StandardCharsets.UTF_8);
      request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    }
    return reader.send(request.build(), BodyHandlers.ofString());
  }

  private static void thatNoSecretIsIn(String... texts) {
    for (String text : texts) {
      assertThat(text)
          .isNotEmpty()
          .doesNotContain(SecureBroker.PASSWORD, SecureBroker.STORE_PASSWORD, HTTP_PASSWORD);
    }
    assertThat(texts[1]).as("the log has the clients' own settings").contains("sasl.jaas.config");
  }

  /** Where a tracer is installed. */
  private void thatOnlyTheBrokerWasCalled() throws IOException {
    if (!Files.exists(TRACER)) {
      return;
    }
    Pattern address =
        Pattern.compile("sin6?_port=htons\\((\\d+)\\).*inet_(?:addr|pton)\\(([^)]*)\\)");
    Set<String> called = new TreeSet<>();
    for (String line : Files.readAllLines(directory.resolve("trace"))) {
      Matcher found = address.matcher(line);
      if (found.find()) {
        called.add(found.group(1));
        assertThat(found.group(2)).as(line).contains("127.0.0.1");
      }
    }
    assertThat(called).containsExactly(broker.servers("SCRAM").substring("127.0.0.1:".length()));
  }

  private Program sampler(Path config) throws IOException {
    List<String> tracer =
        Files.exists(TRACER)
            ? List.of(
                TRACER.toString(),
                "-f",
                "--seccomp-bpf",
                "-qq",
                "-e",
                "trace=connect,sendto,sendmsg,sendmmsg",
                "-o",
                directory.resolve("trace").toString())
            : List.of();
    return Program.start(
        directory.resolve("sampling.log"),
        tracer,
        Map.of("JAVA_OPTS", "-Dgradwatch.log=INFO"),
        "run",
        "--roles",
        "sampling",
        "-c",
        config.toString());
  }

  private Program program(Path config, String role) throws IOException {
    return Program.start(
        directory.resolve(config.getFileName() + ".log"),
        List.of(),
        Map.of("JAVA_OPTS", "-Dgradwatch.log=INFO"),
        "run",
        "--roles",
        role,
        "-c",
        config.toString());
  }

  private boolean readsTheLaterTopic() throws Exception {
    return broker
        .admin()
        .listConsumerGroupOffsets(SecureBroker.SAMPLING)
        .partitionsToOffsetAndMetadata()
        .get()
        .keySet()
        .stream()
        .anyMatch(partition -> partition.topic().equals(LATER));
  }

  /** Digests of computed windows by start. */
  private Map<Long, String> windows(String model) {
    JsonSerde<WindowOutcome> serde = new JsonSerde<>(WindowOutcome.class);
    Map<Long, String> digests = new TreeMap<>();
    for (ConsumerRecord<String, WindowOutcome> outcome :
        ExpectedWindows.all(broker.plainServers(), "gradwatch.importance", serde.deserializer())) {
      if (outcome.key().startsWith(model + "/") && outcome.value().snapshot() != null) {
        String previous = digests.put(outcome.value().start(), outcome.value().snapshot().digest());
        assertThat(previous).as("published twice").isNull();
      }
    }
    return digests;
  }

  private void traffic(String topic, int from, int to) throws Exception {
    DigitRequests digits =
        new DigitRequests(DigitFile.heldOut(Program.home().resolve("demo/digits.csv.gz")), 7);
    try (Traffic traffic =
        Traffic.to(broker.plainServers(), topic, digits, InstantSource.system())) {
      traffic.history(start.plusSeconds(from), start.plusSeconds(to), 30);
    }
  }

  private void create(String topic) throws Exception {
    broker.admin().createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get();
  }

  private Path config(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name + ".yaml"), text);
  }

  private String sampling(int port) {
    return """
        kafka:
          bootstrap.servers: %s
          security.protocol: SASL_SSL
          sasl.mechanism: SCRAM-SHA-512
          sasl.jaas.config: org.apache.kafka.common.security.scram.ScramLoginModule required username="%s" password="%s";
          ssl.truststore.location: %s
          ssl.truststore.password: ${file:%s}
          metadata.max.age.ms: 1000
        """
            .formatted(
                broker.servers("SCRAM"),
                SecureBroker.SAMPLING,
                SecureBroker.PASSWORD,
                broker.truststore(),
                directory.resolve("store"))
        + common(port, "sampling");
  }

  private String importance(int port, String instance) {
    return """
        kafka:
          bootstrap.servers: %1$s
          security.protocol: SSL
          ssl.keystore.location: %2$s
          ssl.keystore.password: ${file:%3$s}
          ssl.key.password: ${file:%3$s}
          ssl.truststore.location: %4$s
          ssl.truststore.password: ${file:%5$s:password}
          config.providers: file
          config.providers.file.class: org.apache.kafka.common.config.provider.FileConfigProvider
          num.standby.replicas: 1
          session.timeout.ms: 6000
          heartbeat.interval.ms: 1000
        instance-id: %6$s
        http:
          tls-keystore: %7$s
          tls-keystore-password: ${file:%3$s}
          username: prometheus
          password: ${file:%8$s}
        """
            .formatted(
                broker.servers("MTLS"),
                broker.keystore(SecureBroker.IMPORTANCE),
                directory.resolve("store"),
                broker.truststore(),
                directory.resolve("trust.properties"),
                instance,
                broker.keystore("broker"),
                directory.resolve("http"))
        + common(port, instance);
  }

  private String common(int port, String state) {
    String model =
        """
          - name: %s
            path: %s
            %s
            start-from: earliest
            window: 10s
            samples: %d
            grace: 1s
            idle-timeout: 30m
            micro-batch: 16
        """;
    Path file = Program.home().resolve("demo/digits.pt");
    return """
        listen: 127.0.0.1:%d
        state-dir: %s
        partitions: 2
        replication-factor: 1
        models:
        """
            .formatted(port, directory.resolve("state-" + state))
        + model.formatted("digits", file, "topics: [%s]".formatted(TOPIC), K)
        + model.formatted("everything", file, "topics-regex: inference[.].*", K);
  }

  private static int[] freePorts() throws IOException {
    int[] ports = new int[3];
    List<ServerSocket> open = new ArrayList<>();
    for (int i = 0; i < ports.length; i++) {
      open.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      ports[i] = open.get(i).getLocalPort();
    }
    for (ServerSocket socket : open) {
      socket.close();
    }
    return ports;
  }
}
