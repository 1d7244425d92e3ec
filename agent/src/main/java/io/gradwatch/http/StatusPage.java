package io.gradwatch.http;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The status page: one HTML document without outside resources. A pure function of its rows. */
final class StatusPage {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final String DOCUMENT =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="refresh" content="30">
      <title>Gradwatch</title>
      <style>
      :root { color-scheme: light dark; --ink: #1d2328; --paper: #fff; --line: #d8dde2; --dim: #5b6670;
        --stable: #1a7f37; --warning: #9a6700; --drift: #c0262d; --other: #5b6670; }
      @media (prefers-color-scheme: dark) { :root { --ink: #dde3e8; --paper: #14181c; --line: #333b43;
        --dim: #98a4ae; --stable: #4cc26a; --warning: #e0b341; --drift: #ff7b72; --other: #98a4ae; } }
      body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif;
        color: var(--ink); background: var(--paper); }
      table { width: 100%%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
      th, td { padding: .5rem .75rem; text-align: left; vertical-align: top;
        border-bottom: 1px solid var(--line); }
      th { color: var(--dim); font-weight: 600; white-space: nowrap; }
      td.number, th.number { text-align: right; }
      td:first-child, td:last-child { white-space: nowrap; }
      td:last-child small { white-space: normal; overflow-wrap: anywhere; }
      small { color: var(--dim); display: block; }
      .status { font-weight: 600; color: var(--other); }
      .status.stable { color: var(--stable); }
      .status.warning { color: var(--warning); }
      .status.drift { color: var(--drift); }
      .scroll { overflow-x: auto; }
      a { color: inherit; }
      </style>
      </head>
      <body>
      <h1>Gradwatch</h1>
      %s
      <p><a href="/metrics">Metrics</a> &middot; evidence is that of drift over the limit of the \
      false-alarm budget; 100 %% pages. A group has its share of the evidence in brackets; * is named by \
      its own evidence alone, as rarely wrong as a page</p>
      </body>
      </html>
      """;

  private static final String TABLE =
      """
      <div class="scroll"><table>
      <thead><tr><th>Model</th><th>Status</th><th class="number">Evidence</th>\
      <th>Last window until (UTC)</th><th>Groups</th></tr></thead>
      <tbody>
      %s
      </tbody>
      </table></div>""";

  private StatusPage() {}

  static String html(List<ModelRow> rows) {
    if (rows.isEmpty()) {
      return DOCUMENT.formatted("<p>No window has been read yet.</p>");
    }
    return DOCUMENT.formatted(
        TABLE.formatted(rows.stream().map(StatusPage::row).collect(Collectors.joining("\n"))));
  }

  private static String row(ModelRow row) {
    String status = escape(row.status());
    return """
        <tr><td>%s<small>%s</small></td><td><span class="status %s">%s</span>%s</td>\
        <td class="number">%s</td><td>%s</td><td>%s%s</td></tr>"""
        .formatted(
            escape(row.model()),
            escape(row.version()),
            status,
            status,
            row.reason() == null ? "" : "<small>" + escape(row.reason()) + "</small>",
            String.format(Locale.ROOT, "%.1f&nbsp;%%", 100 * row.evidence()),
            TIME.format(row.windowEnd()),
            row.groups().stream().map(StatusPage::escape).collect(Collectors.joining("<br>")),
            row.details().stream()
                .map(line -> "<small>" + escape(line) + "</small>")
                .collect(Collectors.joining()));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
