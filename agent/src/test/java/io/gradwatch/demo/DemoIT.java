package io.gradwatch.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradwatch.agent.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration as a user starts it: the installed program in a process of its own. */
class DemoIT {
  private static final int BOUND_SECONDS = 330;

  @TempDir private Path directory;

  @Test
  void endsWellAtTheAlarmAndNamesTheGroupsThatMoved() throws Exception {
    try (Program demo = demo("--exit-on-drift", "--port", "0")) {
      assertThat(demo.exitCode(BOUND_SECONDS)).as(demo.output()).isZero();
      assertThat(demo.output())
          .contains("Open http://127.0.0.1:")
          .contains("The baseline is made: 100 windows.")
          .contains("The traffic changes")
          .contains("WARNING")
          .containsPattern("DRIFT +\\[##########\\]")
          .containsPattern("fc[12]\\.weight +importance");
    }
  }

  @Test
  void staysQuietWhileTheTrafficStaysAsItIs() throws Exception {
    try (Program demo = demo("--no-drift", "--windows=12", "--port", "0")) {
      assertThat(demo.exitCode(BOUND_SECONDS)).as(demo.output()).isZero();
      assertThat(demo.output())
          .contains("12 live windows without an alarm.")
          .doesNotContain("DRIFT");
    }
  }

  @Test
  void hasARealPrometheusFireTheAlert() throws Exception {
    assumeTrue(isInstalled("prometheus"), "needs Debian's package prometheus");
    int port = freePort();
    int prometheusPort = freePort();
    try (Program demo = demo("--port", Integer.toString(port))) {
      Process prometheus = prometheus(prometheusPort, port);
      try {
        // The rule waits for a minute more before it fires.
        await()
            .atMost(Duration.ofSeconds(BOUND_SECONDS + 120))
            .pollInterval(Duration.ofSeconds(1))
            .until(() -> isFiring(prometheusPort, "GradwatchDrift"));
        assertThat(demo.output()).contains("Paged");
      } finally {
        prometheus.destroyForcibly();
      }
    }
  }

  private Program demo(String... options) throws IOException {
    String[] arguments =
        Stream.concat(Stream.of("demo"), Stream.of(options)).toArray(String[]::new);
    return Program.start(directory.resolve("demo.log"), arguments);
  }

  private Process prometheus(int listen, int target) throws IOException {
    Path rules = Path.of("../deploy/prometheus/gradwatch.rules.yml").toAbsolutePath().normalize();
    Path config = directory.resolve("prometheus.yml");
    Files.writeString(
        config,
        """
        global: {scrape_interval: 1s, evaluation_interval: 1s}
        rule_files: [%s]
        scrape_configs:
          - job_name: gradwatch
            static_configs: [{targets: ['127.0.0.1:%d']}]
        """
            .formatted(rules, target));
    return new ProcessBuilder(
            "prometheus",
            "--config.file=" + config,
            "--storage.tsdb.path=" + directory.resolve("tsdb"),
            "--web.listen-address=127.0.0.1:" + listen)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("prometheus.log").toFile())
        .start();
  }

  private static boolean isFiring(int port, String alert) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/alerts")).build();
    try {
      String body = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
      for (JsonNode found : new ObjectMapper().readTree(body).at("/data/alerts")) {
        if (found.at("/labels/alertname").asText().equals(alert)
            && found.get("state").asText().equals("firing")) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false; // not up yet
    }
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
