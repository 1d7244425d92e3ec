package io.gradwatch.importance;

import io.gradwatch.sample.InferenceSample;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** True answers that come with samples. */
final class Labels {
  private Labels() {}

  /**
   * Whether a label can be compared with the outputs: a class index from 0 below {@code columns},
   * or one number an output, from 0 to 1 for binary and multilabel. Others are left out of the
   * labelled variants: a wrong label must not cost the window.
   */
  static boolean fit(Task task, @Nullable List<Double> label, int columns) {
    if (label == null) {
      return false;
    }
    return switch (task) {
      case CLASSIFICATION -> label.size() == 1 && isIndex(label.get(0), columns);
      case BINARY, MULTILABEL ->
          label.size() == columns && label.stream().allMatch(y -> y >= 0 && y <= 1);
      case REGRESSION -> label.size() == columns && label.stream().allMatch(Double::isFinite);
    };
  }

  /** The rows that labelled numbers are made of: the first k_l in order whose label fits. */
  static List<InferenceSample> rows(
      ImportanceSettings settings, List<InferenceSample> samples, int columns) {
    return samples.stream()
        .filter(sample -> fit(settings.task(), sample.label(), columns))
        .limit(settings.labelSamples() > 0 ? settings.labelSamples() : samples.size())
        .toList();
  }

  private static boolean isIndex(double label, int columns) {
    return label >= 0 && label < columns && label == Math.rint(label);
  }
}
