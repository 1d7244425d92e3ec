package io.gradwatch.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The files of the page, which lie beside this class and are read once. Immutable. */
final class StatusPage {
  /**
   * What the page may do: run its own scripts and ask this server. uPlot sets styles of elements by
   * script, which needs no permission; pictures are part of the JSON.
   */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** The same for a report, which has its style in itself and no script. */
  static final String REPORT_POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> TYPES =
      Map.of(
          "index.html", "text/html",
          "page.css", "text/css",
          "page.js", "text/javascript",
          "model.js", "text/javascript",
          "charts.js", "text/javascript",
          "heatmap.js", "text/javascript",
          "words.js", "text/javascript",
          "uPlot.iife.min.js", "text/javascript",
          "uPlot.min.css", "text/css",
          "uPlot.LICENSE", "text/plain");

  private final Map<String, Part> parts = new TreeMap<>();

  /**
   * A file.
   *
   * @param type its media type
   */
  @SuppressWarnings("ArrayRecordComponent") // written to the client; never compared
  record Part(String type, byte[] bytes) {}

  StatusPage() {
    TYPES.forEach(
        (name, type) ->
            parts.put("/" + (name.equals("index.html") ? "" : name), new Part(type, read(name))));
  }

  /** What lies at a path; null if nothing does. */
  @Nullable Part at(String path) {
    return parts.get(path);
  }

  private static byte[] read(String name) {
    try (InputStream file =
        Objects.requireNonNull(StatusPage.class.getResourceAsStream("page/" + name), name)) {
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("the page's " + name + " cannot be read", e);
    }
  }
}
