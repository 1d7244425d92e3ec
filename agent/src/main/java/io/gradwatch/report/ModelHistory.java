package io.gradwatch.report;

import io.gradwatch.drift.DriftReading;

/**
 * One model's last window and its history, as {@code api/model} gives them.
 *
 * @param format version of the JSON form, {@value #FORMAT}
 * @param reading the last one, as it is in the drift topic
 * @param history it included
 */
public record ModelHistory(int format, DriftReading reading, ReadingHistory.Columns history) {
  public static final int FORMAT = 1;

  public static ModelHistory of(DriftReading reading, ReadingHistory history) {
    return new ModelHistory(FORMAT, reading, history.columns(reading.model(), reading.kind()));
  }
}
