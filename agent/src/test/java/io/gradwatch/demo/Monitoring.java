package io.gradwatch.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A real Prometheus and a real Alertmanager with the rules and the routes as they are shipped, but
 * for the times to wait, and a receiver of what Alertmanager sends.
 */
public final class Monitoring implements AutoCloseable {
  private static final Path SHIPPED = Path.of("../deploy/prometheus");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final String WAIT = "1s";

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Notification> received = new CopyOnWriteArrayList<>();
  private final List<Process> processes = new ArrayList<>();
  private final HttpServer receiver;
  private final List<Integer> agents;
  private final int prometheus;
  private final Instant start = Instant.now();

  /**
   * What Alertmanager sent.
   *
   * @param receiver that the route chose, for instance {@code pages}
   * @param model that it is about; empty for none
   * @param status {@code firing} or {@code resolved}
   * @param at when it came
   * @param whileAlive whether the agent ran: an agent that is gone also resolves its alerts
   */
  public record Notification(
      String receiver,
      String alert,
      String model,
      String status,
      String description,
      Instant at,
      boolean whileAlive) {}

  /**
   * Starts them.
   *
   * @param agents ports of the agents' metrics
   * @param keep how long an alert of drift goes on after its cause
   * @param alive asked at each notification
   */
  public Monitoring(Path directory, List<Integer> agents, Duration keep, BooleanSupplier alive)
      throws IOException {
    this.agents = List.copyOf(agents);
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext("/", exchange -> receive(exchange, alive.getAsBoolean()));
    receiver.start();
    int alertmanager = freePort();
    prometheus = freePort();
    Path routes = write(directory.resolve("alertmanager.yml"), routes(receiver.getAddress()));
    Path rules = write(directory.resolve("rules.yml"), rules(keep));
    Path config = directory.resolve("prometheus.yml");
    Files.writeString(
        config,
        """
        global: {scrape_interval: 1s, evaluation_interval: 1s}
        rule_files: [%s]
        alerting: {alertmanagers: [{static_configs: [{targets: ['127.0.0.1:%d']}]}]}
        scrape_configs:
          - job_name: gradwatch
            static_configs: [{targets: [%s]}]
        """
            .formatted(
                rules,
                alertmanager,
                agents.stream()
                    .map(port -> "'127.0.0.1:%d'".formatted(port))
                    .collect(Collectors.joining(", "))));
    start(
        directory,
        "prometheus-alertmanager",
        "--config.file=" + routes,
        "--storage.path=" + directory.resolve("alertmanager"),
        "--web.listen-address=127.0.0.1:" + alertmanager,
        "--cluster.listen-address=");
    start(
        directory,
        "prometheus",
        "--config.file=" + config,
        "--storage.tsdb.path=" + directory.resolve("tsdb"),
        "--web.listen-address=127.0.0.1:" + prometheus);
  }

  /** The first of the programs that is not installed, or empty. */
  public static String missing() {
    return Stream.of("prometheus", "prometheus-alertmanager")
        .filter(
            program ->
                Stream.of(System.getenv("PATH").split(":"))
                    .noneMatch(folder -> Files.isExecutable(Path.of(folder, program))))
        .findFirst()
        .orElse("");
  }

  /** The port of Prometheus. */
  int port() {
    return prometheus;
  }

  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Ports of the agents. */
  public List<Integer> agents() {
    return agents;
  }

  /** All that has come so far, in order. */
  public List<Notification> received() {
    return List.copyOf(received);
  }

  /** What has come so far about an alert, in order. */
  public List<Notification> received(String alert) {
    return received.stream().filter(each -> each.alert().equals(alert)).toList();
  }

  /**
   * The answer to a query at steps of some seconds since the start.
   *
   * @throws IOException if Prometheus cannot answer it, with its reason
   */
  JsonNode series(String query) throws IOException, InterruptedException {
    return series(query, start, Instant.now(), 3);
  }

  /** The same between two times at steps of so many seconds. */
  public JsonNode series(String query, Instant from, Instant to, int step)
      throws IOException, InterruptedException {
    String url =
        "http://127.0.0.1:%d/api/v1/query_range?query=%s&start=%d&end=%d&step=%d"
            .formatted(
                prometheus,
                URLEncoder.encode(query, StandardCharsets.UTF_8),
                from.getEpochSecond(),
                to.getEpochSecond(),
                step);
    return data(url).path("result");
  }

  /** Values of a label of some series. */
  JsonNode labelValues(String label, String series) throws IOException, InterruptedException {
    return data(
        "http://127.0.0.1:%d/api/v1/label/%s/values?match[]=%s"
            .formatted(prometheus, label, URLEncoder.encode(series, StandardCharsets.UTF_8))
            .replace("[]", "%5B%5D"));
  }

  private JsonNode data(String url) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
    JsonNode answer = JSON.readTree(client.send(request, BodyHandlers.ofString()).body());
    if (!answer.path("status").asText().equals("success")) {
      throw new IOException("Prometheus answers " + answer);
    }
    return answer.path("data");
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
    receiver.stop(0);
  }

  private void receive(HttpExchange exchange, boolean alive) throws IOException {
    try (exchange) {
      JsonNode body = JSON.readTree(exchange.getRequestBody());
      for (JsonNode alert : body.path("alerts")) {
        received.add(
            new Notification(
                exchange.getRequestURI().getPath().substring(1),
                alert.at("/labels/alertname").asText(),
                alert.at("/labels/model").asText(),
                alert.path("status").asText(),
                alert.at("/annotations/description").asText(),
                Instant.now(),
                alive));
      }
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private void start(Path directory, String... command) throws IOException {
    processes.add(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(command[0] + ".log").toFile())
            .start());
  }

  private static Path write(Path file, JsonNode content) throws IOException {
    YAML.writeValue(file.toFile(), content);
    return file.toAbsolutePath();
  }

  /** The shipped routes to receivers here, which are not kept waiting. */
  private static JsonNode routes(InetSocketAddress receiver) throws IOException {
    JsonNode routes = YAML.readTree(SHIPPED.resolve("alertmanager.yml").toFile());
    ((ObjectNode) routes.path("route")).put("group_wait", WAIT).put("group_interval", WAIT);
    for (JsonNode each : routes.path("receivers")) {
      ((ObjectNode) each.at("/webhook_configs/0"))
          .put(
              "url",
              "http://127.0.0.1:%d/%s".formatted(receiver.getPort(), each.path("name").asText()));
    }
    return routes;
  }

  /** The shipped rules; those on drift fire after a second, and not after a minute. */
  private static JsonNode rules(Duration keep) throws IOException {
    JsonNode rules = YAML.readTree(SHIPPED.resolve("gradwatch.rules.yml").toFile());
    for (JsonNode group : rules.path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        if (rule.path("alert").asText().matches("Gradwatch(Drift|Warning)")) {
          ((ObjectNode) rule).put("for", WAIT);
          if (rule.has("keep_firing_for")) {
            ((ObjectNode) rule).put("keep_firing_for", keep.toSeconds() + "s");
          }
        }
      }
    }
    return rules;
  }
}
