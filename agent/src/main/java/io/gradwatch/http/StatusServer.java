package io.gradwatch.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import io.gradwatch.metrics.Metrics;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code /metrics} (OpenMetrics or Prometheus text, as the client accepts), {@code
 * /healthz}, {@code /readyz}, the page at {@code /}, the JSON that it is made of under {@code
 * /api/}, and reports at {@code /report}. Read-only: no path changes anything, and no method but
 * GET and HEAD is answered.
 *
 * <p>Listens from its construction until {@link #close}, on threads of its own.
 */
public final class StatusServer implements AutoCloseable {
  private static final String JSON = "application/json";

  private final HTTPServer server;
  private final StatusPage page = new StatusPage();
  private final PageData data;
  private final Probes probes;

  /**
   * @param address where to listen; port 0 takes a free one
   * @param access who may read
   * @param data what the page shows
   * @throws IllegalArgumentException if the host of the address is unknown
   * @throws UncheckedIOException if the address cannot be listened on
   */
  public StatusServer(
      InetSocketAddress address, Access access, Metrics metrics, PageData data, Probes probes) {
    this.data = data;
    this.probes = probes;
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
            .defaultHandler(this::handle);
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
              .formatted(address.getHostString() + ":" + address.getPort(), e.getMessage()),
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

  private void handle(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      answer(exchange, 405, "text/plain", "Every path is for reading only.\n".getBytes(UTF_8));
      return;
    }
    String path = exchange.getRequestURI().getPath();
    StatusPage.Part part = page.at(path);
    if (part != null) {
      answer(exchange, 200, part.type(), part.bytes());
      return;
    }
    switch (path) {
      case "/healthz", "/readyz" -> {
        Optional<String> reason = probes.ask(path);
        String text = reason.orElse("ok") + "\n";
        answer(exchange, reason.isPresent() ? 503 : 200, "text/plain", text.getBytes(UTF_8));
      }
      case "/api/models" -> answer(exchange, 200, JSON, data.models());
      case "/api/model" -> found(exchange, data::model);
      case "/api/pictures" -> pictures(exchange);
      case "/report" -> report(exchange);
      default ->
          notFound(
              exchange,
              "There is /, /report, /metrics, /healthz, /readyz, /api/models, /api/model and /api/pictures.\n");
    }
  }

  private interface Lookup {
    byte @Nullable [] find(String model, String kind);
  }

  private static void found(HttpExchange exchange, Lookup lookup) throws IOException {
    String query = exchange.getRequestURI().getRawQuery();
    String kind = parameter(query, "kind");
    byte[] json = lookup.find(parameter(query, "model"), kind.isEmpty() ? "TRAFFIC" : kind);
    if (json == null) {
      notFound(exchange, "There is no such model; expected ?model=NAME, and &kind=CONCEPT.\n");
    } else {
      answer(exchange, 200, JSON, json);
    }
  }

  private void pictures(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getRawQuery();
    String group = parameter(query, "group");
    String unit = parameter(query, "unit");
    if (group.isEmpty()) {
      found(exchange, (model, kind) -> data.pictures(model, kind, null));
    } else if (unit.matches("[0-9]{1,9}")) {
      PageData.Unit chosen = new PageData.Unit(group, Integer.parseInt(unit));
      found(exchange, (model, kind) -> data.pictures(model, kind, chosen));
    } else {
      notFound(exchange, "There is no such unit; expected &group=NAME&unit=NUMBER.\n");
    }
  }

  private void report(HttpExchange exchange) throws IOException {
    PageData.Report report =
        data.report(parameter(exchange.getRequestURI().getRawQuery(), "model"));
    if (report == null) {
      notFound(exchange, "There is no such model, or no window of it yet; expected ?model=NAME.\n");
    } else if (report.html() != null) {
      answer(exchange, 200, "text/html", StatusPage.REPORT_POLICY, report.html());
    } else if (report.failure() != null) {
      String text = "The report cannot be written: %s%n".formatted(report.failure());
      answer(exchange, 503, "text/plain", text.getBytes(UTF_8));
    } else {
      exchange.getResponseHeaders().set("Refresh", "2");
      String text = "The report is being written. This page asks again every 2 s.\n";
      answer(exchange, 202, "text/plain", text.getBytes(UTF_8));
    }
  }

  /** The value of a parameter; empty if there is none, or it is no text. */
  private static String parameter(@Nullable String query, String name) {
    for (String pair : query == null ? new String[0] : query.split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        try {
          return URLDecoder.decode(pair.substring(name.length() + 1), UTF_8);
        } catch (IllegalArgumentException e) {
          return "";
        }
      }
    }
    return "";
  }

  private static void notFound(HttpExchange exchange, String text) throws IOException {
    answer(exchange, 404, "text/plain", text.getBytes(UTF_8));
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    answer(exchange, status, type, StatusPage.POLICY, body);
  }

  private static void answer(
      HttpExchange exchange, int status, String type, String policy, byte[] body)
      throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type + (type.equals(JSON) ? "" : "; charset=utf-8"));
    headers.set("Content-Security-Policy", policy);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    // What is true now is not in a minute, and samples must not lie about in caches.
    boolean ofThePage = policy.equals(StatusPage.POLICY) && !type.equals(JSON);
    headers.set("Cache-Control", ofThePage ? "no-cache" : "no-store");
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
