package io.gradwatch.importance;

import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one walk over samples adds up of the differences between the model's outputs and the served
 * ones, see {@link Parity}.
 *
 * <p>Of several served outputs it takes the one whose name is that of the watched output, or that
 * of Triton's n-th output, {@code OUTPUT__n}; else the one at its place; else the only one.
 *
 * <p>For one walk, on one thread.
 */
final class ParitySum {
  private final ImportanceSettings settings;
  private final String output;
  private double differences;
  private double squares;
  private int samples;
  private int unlike;
  private @Nullable String reason;

  /**
   * @param output which of the model's outputs is watched, see {@link DifferentiableModel#output}
   */
  ParitySum(ImportanceSettings settings, String output) {
    this.settings = settings;
    this.output = output;
  }

  /**
   * Adds one micro-batch; samples without served outputs add nothing.
   *
   * @param outputs f, {@code columns} values a sample, all finite
   */
  void add(List<InferenceSample> batch, float[] outputs, int columns) {
    for (int n = 0; n < batch.size(); n++) {
      if (!batch.get(n).served().isEmpty()) {
        double[] f = new double[columns];
        for (int k = 0; k < columns; k++) {
          f[k] = outputs[n * columns + k];
        }
        add(ServedKind.of(settings, f), batch.get(n));
      }
    }
  }

  /** The result; null if no sample came with served outputs. */
  @Nullable Parity parity() {
    if (samples + unlike == 0) {
      return null;
    }
    double error = squares == 0 ? 0 : Math.sqrt(2 * differences / squares);
    return new Parity(samples == 0 ? null : error, samples, unlike, reason);
  }

  private void add(double[] f, InferenceSample sample) {
    Tensor answer = sample.served(output);
    if (answer == null) {
      leaveOut(
          "none of the served outputs %s is output %s"
              .formatted(sample.served().stream().map(Tensor::name).toList(), output));
      return;
    }
    if (answer.elements() == 0) {
      leaveOut("served output '%s' holds no numbers, one row a sample".formatted(answer.name()));
      return;
    }
    if (answer.elements() != f.length) {
      leaveOut(
          "served output '%s' has %d values a sample, the model gives %d"
              .formatted(answer.name(), answer.elements(), f.length));
      return;
    }
    double[] s = answer.values();
    for (int k = 0; k < s.length; k++) {
      if (!Double.isFinite(s[k])) {
        leaveOut("served output '%s' holds %s".formatted(answer.name(), s[k]));
        return;
      }
    }
    for (int k = 0; k < s.length; k++) {
      differences += (f[k] - s[k]) * (f[k] - s[k]);
      squares += f[k] * f[k] + s[k] * s[k];
    }
    samples++;
  }

  private void leaveOut(String why) {
    unlike++;
    reason = reason == null ? why : reason;
  }
}
