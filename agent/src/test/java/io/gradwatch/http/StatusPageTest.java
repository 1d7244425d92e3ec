package io.gradwatch.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.metrics.Metrics;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The page's files and its JSON as a client gets them; what a browser makes of them is seen in one.
 */
class StatusPageTest {
  private static final PageData DATA =
      new PageData() {
        @Override
        public byte[] models() {
          return "[\"models\"]".getBytes(UTF_8);
        }

        @Override
        public byte @Nullable [] model(String model, String kind) {
          return model.equals("a b@ü&x") ? ("[\"" + kind + "\"]").getBytes(UTF_8) : null;
        }

        @Override
        public byte @Nullable [] pictures(String model, String kind, @Nullable Unit unit) {
          return model.equals("b") ? ("[\"" + unit + "\"]").getBytes(UTF_8) : null;
        }

        @Override
        public @Nullable Report report(String model) {
          return switch (model) {
            case "written" -> new Report("<p>all is well</p>".getBytes(UTF_8), null);
            case "new" -> Report.PENDING;
            case "forbidden" -> new Report(null, "no right to read");
            default -> null;
          };
        }
      };

  private final Metrics metrics = new Metrics();
  private final StatusServer server =
      new StatusServer(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          Access.OPEN.withUser("reader", "secret"),
          metrics,
          DATA,
          new Probes(Optional::empty, Optional::empty));

  @AfterEach
  void close() {
    server.close();
    metrics.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/,                  text/html; charset=utf-8,       no-cache",
    "/page.css,          text/css; charset=utf-8,        no-cache",
    "/page.js,           text/javascript; charset=utf-8, no-cache",
    "/model.js,          text/javascript; charset=utf-8, no-cache",
    "/charts.js,         text/javascript; charset=utf-8, no-cache",
    "/heatmap.js,        text/javascript; charset=utf-8, no-cache",
    "/words.js,          text/javascript; charset=utf-8, no-cache",
    "/uPlot.iife.min.js, text/javascript; charset=utf-8, no-cache",
    "/uPlot.min.css,     text/css; charset=utf-8,        no-cache",
    "/uPlot.LICENSE,     text/plain; charset=utf-8,      no-cache",
    "/api/models,        application/json,               no-store",
  })
  void servesEachFileUnderAStrictPolicy(String path, String type, String cache) throws Exception {
    HttpResponse<String> answer = send("GET", path, true);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isNotBlank();
    assertThat(header(answer, "Content-Type")).isEqualTo(type);
    assertThat(header(answer, "Cache-Control")).isEqualTo(cache);
    assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(answer, "Content-Security-Policy"))
        .isEqualTo(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self';"
                + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/page.js",
        "/api/models",
        "/api/model?model=a",
        "/api/pictures",
        "/report?model=written"
      })
  void showsNothingWithoutThePassword(String path) throws Exception {
    HttpResponse<String> answer = send("GET", path, false);

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH"})
  void takesNothing(String method) throws Exception {
    HttpResponse<String> answer = send(method, "/api/models", true);

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(header(answer, "Allow")).isEqualTo("GET, HEAD");
  }

  @Test
  void findsAModelByItsNameWhateverIsInIt() throws Exception {
    assertThat(send("GET", "/api/model?model=a%20b%40%C3%BC%26x", true).body())
        .isEqualTo("[\"TRAFFIC\"]");
    assertThat(send("GET", "/api/model?kind=CONCEPT&model=a+b%40%C3%BC%26x", true).body())
        .isEqualTo("[\"CONCEPT\"]");
  }

  @Test
  void asksForTheUnitThatSomebodyChose() throws Exception {
    assertThat(send("GET", "/api/pictures?model=b", true).body()).isEqualTo("[\"null\"]");
    assertThat(send("GET", "/api/pictures?model=b&group=fc%5B1%5D&unit=7", true).body())
        .isEqualTo("[\"Unit[group=fc[1], number=7]\"]");
  }

  @Test
  void servesAReportWithoutScriptsAndNeverFromACache() throws Exception {
    HttpResponse<String> answer = send("GET", "/report?model=written", true);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("<p>all is well</p>");
    assertThat(header(answer, "Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
    assertThat(header(answer, "Content-Security-Policy"))
        .startsWith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
        .doesNotContain("script");
  }

  @Test
  void hasTheReaderComeAgainWhileAReportIsWritten() throws Exception {
    HttpResponse<String> answer = send("GET", "/report?model=new", true);

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(header(answer, "Refresh")).isEqualTo("2");
  }

  @Test
  void saysWhyAReportCannotBeWritten() throws Exception {
    HttpResponse<String> answer = send("GET", "/report?model=forbidden", true);

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body())
        .isEqualToIgnoringNewLines("The report cannot be written: no right to read");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/report",
        "/report?model=b",
        "/api/pictures?model=b&group=fc",
        "/api/pictures?model=b&group=fc&unit=-1",
        "/api/pictures?model=b&group=fc&unit=99999999999",
        "/api/model",
        "/api/model?model=b",
        "/api/pictures?model=a",
        "/api",
        "/api/",
        "/index.html",
        "/page/page.js",
        "/../StatusPage.class"
      })
  void hasNothingElse(String path) throws Exception {
    assertThat(send("GET", path, true).statusCode()).isBetween(400, 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "index.html",
        "page.css",
        "page.js",
        "model.js",
        "charts.js",
        "heatmap.js",
        "words.js"
      })
  void pageNamesNoPlaceOutsideAndNoneFromTheRoot(String file) throws Exception {
    assertThat(new String(read(file), UTF_8))
        .doesNotContain("http:", "https:", "@import", "url(", "innerHTML", "eval(")
        .doesNotContainPattern("(src|href)=\"/")
        .doesNotContainPattern("['\"`]/api");
  }

  /** As they are in the package uplot 1.6.32 of npm, see the file beside them. */
  @ParameterizedTest
  @CsvSource({
    "uPlot.iife.min.js, 19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
    "uPlot.min.css,     df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    "uPlot.LICENSE,     8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd",
  })
  void chartsAreDrawnByUplotAsItsAuthorsPublishedIt(String file, String sha256) throws Exception {
    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(read(file))))
        .isEqualTo(sha256);
  }

  private static byte[] read(String file) throws Exception {
    try (InputStream in =
        Objects.requireNonNull(StatusPage.class.getResourceAsStream("page/" + file))) {
      return in.readAllBytes();
    }
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElseThrow();
  }

  private HttpResponse<String> send(String method, String path, boolean known) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (known) {
      request.header("Authorization", "Basic cmVhZGVyOnNlY3JldA==");
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
