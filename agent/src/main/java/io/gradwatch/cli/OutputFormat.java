package io.gradwatch.cli;

/** How a command prints its result. */
enum OutputFormat {
  /** For people. */
  TABLE,
  /** For programs: one JSON document a line. */
  JSON
}
