package io.gradwatch.cli;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a report is written. */
enum ReportFormat {
  /** One self-contained page. */
  HTML,
  /** For programs: one JSON document. */
  JSON,
  /** Words and tables. */
  MARKDOWN;

  /** By the ending of a file's name; a page where it has none of these. */
  static ReportFormat of(@Nullable Path file) {
    String name = file == null ? "" : file.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".json")
        ? JSON
        : name.endsWith(".md") || name.endsWith(".markdown") ? MARKDOWN : HTML;
  }
}
