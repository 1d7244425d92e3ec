package io.gradwatch.report;

import io.gradwatch.drift.DriftReading;
import java.util.List;

/**
 * All models in short, as {@code api/models} gives them.
 *
 * @param format version of the JSON form, {@value #FORMAT}
 * @param now the agent's wall clock, milliseconds since 1970-01-01 UTC
 * @param models by name; the concept of a model behind its traffic
 */
public record ModelList(int format, long now, List<ModelRow> models) {
  public static final int FORMAT = 1;

  public ModelList {
    models = List.copyOf(models);
  }

  /** Of the last reading of each model. */
  public static ModelList of(List<DriftReading> readings, long now) {
    return new ModelList(FORMAT, now, readings.stream().map(ModelRow::of).toList());
  }
}
