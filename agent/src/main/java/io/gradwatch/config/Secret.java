package io.gradwatch.config;

/**
 * A text that is never printed.
 *
 * @param value the text itself
 */
public record Secret(String value) {
  @Override
  public String toString() {
    return "***";
  }
}
