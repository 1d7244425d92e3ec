package io.gradwatch.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusServerTest {
  private final Metrics metrics = new Metrics();
  private Optional<String> unhealthy = Optional.empty();
  private Optional<String> unready = Optional.empty();
  private final StatusServer server =
      new StatusServer(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          Access.OPEN,
          metrics,
          PageData.NONE,
          new Probes(() -> unhealthy, () -> unready));
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    server.close();
    metrics.close();
  }

  @Test
  void givesPrometheusTextToAnyClient() throws Exception {
    metrics.add(Metric.SAMPLES_SEEN, 2, "fraud");

    HttpResponse<String> answer = get("/metrics", "*/*");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain; version=0.0.4");
    assertThat(answer.body())
        .contains("# TYPE gradwatch_samples_seen_total counter")
        .contains("gradwatch_samples_seen_total{model=\"fraud\"} 2.0")
        .doesNotContain("# EOF");
  }

  @Test
  void givesOpenMetricsToAClientThatAsksForIt() throws Exception {
    metrics.add(Metric.SAMPLES_SEEN, 2, "fraud");

    HttpResponse<String> answer = get("/metrics", "application/openmetrics-text; version=1.0.0");

    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/openmetrics-text; version=1.0.0");
    assertThat(answer.body())
        .contains("# TYPE gradwatch_samples_seen counter")
        .contains("gradwatch_samples_seen_total{model=\"fraud\"} 2.0")
        .endsWith("# EOF\n");
  }

  @Test
  void probesSayNoWithTheReason() throws Exception {
    assertThat(get("/healthz", "*/*").statusCode()).isEqualTo(200);
    assertThat(get("/readyz", "*/*").body()).isEqualTo("ok\n");

    unready = Optional.of("importance restores its state");
    HttpResponse<String> ready = get("/readyz", "*/*");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body()).isEqualTo("importance restores its state\n");
    assertThat(get("/healthz", "*/*").statusCode()).isEqualTo(200);

    unhealthy = Optional.of("device cpu hangs");
    assertThat(get("/healthz", "*/*").statusCode()).isEqualTo(503);
  }

  @Test
  void unknownPathIsNotFound() throws Exception {
    assertThat(get("/models", "*/*").statusCode()).isEqualTo(404);
  }

  @Test
  void saysWhichAddressIsTaken() {
    InetSocketAddress taken =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());

    assertThatThrownBy(() -> open(taken))
        .hasMessageContaining("cannot listen on")
        .hasMessageContaining(":" + server.port())
        .hasRootCauseInstanceOf(IOException.class);
  }

  @Test
  void unknownHostIsRefusedAndNotTakenForAllInterfaces() {
    InetSocketAddress unknown = InetSocketAddress.createUnresolved("gradwatch.invalid", 0);

    assertThatThrownBy(() -> open(unknown))
        .hasMessage("cannot listen on gradwatch.invalid: the host is unknown");
  }

  private StatusServer open(InetSocketAddress address) {
    return new StatusServer(
        address, Access.OPEN, metrics, PageData.NONE, new Probes(Optional::empty, Optional::empty));
  }

  private HttpResponse<String> get(String path, String accept) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    return client.send(
        HttpRequest.newBuilder(uri).header("Accept", accept).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
