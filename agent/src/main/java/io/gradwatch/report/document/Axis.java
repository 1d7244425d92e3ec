package io.gradwatch.report.document;

import java.util.Locale;

/**
 * A linear map from values to places in a picture.
 *
 * @param from value at {@code start}
 * @param to value at {@code end}; equal to {@code from} puts all into the middle
 * @param start place in units of the picture
 * @param end likewise; below {@code start} where values grow upwards
 */
record Axis(double from, double to, double start, double end) {
  double at(double value) {
    if (to == from) {
      return (start + end) / 2;
    }
    double clipped = Math.max(Math.min(from, to), Math.min(Math.max(from, to), value));
    return start + (clipped - from) / (to - from) * (end - start);
  }

  /** Of an event time in milliseconds. */
  double at(long time) {
    return at((double) time);
  }

  /** Of an event time in milliseconds, as it stands in an attribute. */
  String text(long time) {
    return attribute(at(time));
  }

  /** The place as it stands in an attribute. */
  String text(double value) {
    return attribute(at(value));
  }

  /** A number as it stands in an attribute. */
  static String attribute(double place) {
    return String.format(Locale.ROOT, "%.1f", place);
  }
}
