package io.gradwatch.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import io.gradwatch.metrics.Metrics;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Serves {@code /metrics} (OpenMetrics or Prometheus text, as the client accepts), {@code
 * /healthz}, {@code /readyz} and the status page at {@code /}. Read-only: no path changes anything.
 *
 * <p>Listens from its construction until {@link #close}, on threads of its own.
 */
public final class StatusServer implements AutoCloseable {
  private final HTTPServer server;

  /**
   * @param address where to listen; port 0 takes a free one
   * @param access who may read
   * @param models called for each view of the page, on a thread of the server
   * @throws IllegalArgumentException if the host of the address is unknown
   * @throws UncheckedIOException if the address cannot be listened on
   */
  public StatusServer(
      InetSocketAddress address,
      Access access,
      Metrics metrics,
      Supplier<List<ModelRow>> models,
      Probes probes) {
    if (address.isUnresolved()) {
      // The JDK would listen on every interface instead.
      throw new IllegalArgumentException(
          "cannot listen on %s: the host is unknown".formatted(address.getHostString()));
    }
    HTTPServer.Builder builder =
        HTTPServer.builder()
            .inetAddress(address.getAddress())
            .port(address.getPort())
            .registry(metrics.prometheusRegistry())
            .registerHealthHandler(false)
            .defaultHandler(exchange -> page(exchange, models, probes));
    if (access.tls() != null) {
      builder.httpsConfigurator(new HttpsConfigurator(access.tls()));
    }
    if (access.authenticator() != null) {
      builder.authenticator(access.authenticator());
    }
    try {
      server = builder.buildAndStart();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot listen on %s (%s): stop what listens there or configure another address"
              .formatted(address, e.getMessage()),
          e);
    }
  }

  /** The port that is listened on. */
  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.close();
  }

  private static void page(HttpExchange exchange, Supplier<List<ModelRow>> models, Probes probes)
      throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (Probes.has(path)) {
      Optional<String> reason = probes.ask(path);
      answer(exchange, reason.isPresent() ? 503 : 200, "text/plain", reason.orElse("ok") + "\n");
    } else if (!path.equals("/")) {
      answer(exchange, 404, "text/plain", "There is /, /metrics, /healthz and /readyz.\n");
    } else {
      answer(exchange, 200, "text/html", StatusPage.html(models.get()));
    }
  }

  private static void answer(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
    exchange
        .getResponseHeaders()
        .set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    try (exchange) {
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(status, -1);
      } else {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }
}
