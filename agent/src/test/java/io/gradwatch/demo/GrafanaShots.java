package io.gradwatch.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.LoadState;
import io.gradwatch.agent.Chromium;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws dashboards by Grafana itself in a container: the image, the variables and the provisioning
 * of deploy/compose.yaml, on the network of this machine.
 */
final class GrafanaShots implements DashboardShots {
  private static final Path COMPOSE = Path.of("../deploy/compose.yaml");
  private static final Path GRAFANA = Path.of("../grafana").toAbsolutePath().normalize();
  private static final Path DATA_SOURCE = Path.of("datasources/prometheus.yml");
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Of a unit of a panel's height, with the gap below; and of what is above the panels. */
  private static final int UNIT_PIXELS = 38;

  private static final int ABOVE_PIXELS = 160;

  /** For what panels still draw after the last answer. */
  private static final int DRAWING_MILLIS = 3_000;

  private final Chromium chromium;
  private final String name = "gradwatch-pictures-" + ProcessHandle.current().pid();
  private final int port = Monitoring.freePort();

  private GrafanaShots(Chromium chromium) throws IOException {
    this.chromium = chromium;
  }

  /**
   * Starts it; the first time it fetches the image.
   *
   * @param directory for its files
   * @param prometheus port on this machine
   * @throws IOException if it does not come up, with what Docker said
   */
  static GrafanaShots start(Path directory, int prometheus, Chromium chromium)
      throws IOException, InterruptedException {
    GrafanaShots grafana = new GrafanaShots(chromium);
    Path log = directory.resolve("grafana.log");
    Process docker;
    try {
      docker =
          new ProcessBuilder(grafana.command(provisioning(directory), prometheus))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      throw new IOException("Docker is not installed: " + e.getMessage(), e);
    }
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!grafana.isUp()) {
      if (!docker.isAlive() || Instant.now().isAfter(deadline)) {
        grafana.close();
        throw new IOException(
            "Grafana did not come up in Docker: " + Files.readString(log).strip());
      }
      Thread.sleep(500);
    }
    return grafana;
  }

  /** With the step of what scrapes every second. */
  private static Path provisioning(Path directory) throws IOException {
    Path copy = directory.resolve("provisioning");
    for (String part : List.of("dashboards/gradwatch.yml", DATA_SOURCE.toString())) {
      Path file = copy.resolve(part);
      Files.createDirectories(file.getParent());
      String shipped = Files.readString(GRAFANA.resolve("provisioning").resolve(part));
      Files.writeString(file, shipped.replace("timeInterval: 15s", "timeInterval: 1s"));
    }
    return copy;
  }

  private List<String> command(Path provisioning, int prometheus) throws IOException {
    JsonNode service = new YAMLMapper().readTree(COMPOSE.toFile()).at("/services/grafana");
    List<String> command = new ArrayList<>(List.of("docker", "run", "--rm", "--name", name));
    command.addAll(List.of("--network", "host"));
    service
        .path("environment")
        .properties()
        .forEach(each -> command.addAll(variable(each.getKey(), each.getValue().asText())));
    command.addAll(variable("PROMETHEUS_URL", "http://127.0.0.1:" + prometheus));
    command.addAll(variable("GF_SERVER_HTTP_ADDR", "127.0.0.1"));
    command.addAll(variable("GF_SERVER_HTTP_PORT", "" + port));
    command.addAll(List.of("-v", provisioning + ":/etc/grafana/provisioning:ro"));
    command.addAll(
        List.of("-v", GRAFANA.resolve("dashboards") + ":/var/lib/grafana/dashboards:ro"));
    command.add(service.path("image").asText());
    return command;
  }

  private static List<String> variable(String name, String value) {
    return List.of("-e", name + "=" + value);
  }

  private boolean isUp() throws InterruptedException {
    URI health = URI.create("http://127.0.0.1:" + port + "/api/health");
    try {
      return HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(health).build(), BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String draw(
      Path dashboard, Instant from, Instant to, int width, ColorScheme scheme, Path png)
      throws IOException {
    JsonNode json = new ObjectMapper().readTree(dashboard.toFile());
    int units = 0;
    for (JsonNode panel : json.path("panels")) {
      units = Math.max(units, panel.at("/gridPos/y").asInt() + panel.at("/gridPos/h").asInt());
    }
    // Panels that are not in view are not drawn, so all of them are.
    Page page = chromium.page(width, ABOVE_PIXELS + UNIT_PIXELS * units, scheme);
    page.navigate(
        "http://127.0.0.1:%d/d/%s?kiosk&timezone=utc&theme=%s&from=%d&to=%d"
            .formatted(
                port,
                json.path("uid").asText(),
                scheme.name().toLowerCase(Locale.ROOT),
                from.toEpochMilli(),
                to.toEpochMilli()));
    page.waitForLoadState(LoadState.NETWORKIDLE);
    page.waitForTimeout(DRAWING_MILLIS);
    page.screenshot(new Page.ScreenshotOptions().setPath(png));
    page.context().close();
    return "";
  }

  @Override
  public void close() throws IOException {
    try {
      new ProcessBuilder("docker", "rm", "--force", name)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
