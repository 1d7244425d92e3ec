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

  /**
   * By the ending of a file's name; a page where it has none.
   *
   * @throws IllegalArgumentException for other endings
   */
  static ReportFormat of(@Nullable Path file) {
    String name = file == null ? "" : String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    String ending = name.substring(name.lastIndexOf('.') + 1);
    return switch (name.contains(".") ? ending : "html") {
      case "html", "htm" -> HTML;
      case "json" -> JSON;
      case "md", "markdown" -> MARKDOWN;
      default ->
          throw new IllegalArgumentException(
              "%s ends neither with .html nor .json nor .md: name the format with --format"
                  .formatted(file));
    };
  }
}
