package io.gradwatch.bench;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.OnePass;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Samples;
import io.gradwatch.importance.Task;
import io.gradwatch.importance.Tuning;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.window.SampleBatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A model and its windows, made as {@code gradwatch backtest} makes them: the first one settles b.
 * With labels every row has one. For one thread.
 */
final class WatchedModel implements AutoCloseable {
  static final int WINDOW = 256;
  static final Duration LENGTH = Duration.ofMinutes(5);
  private static final int PASS = 64;
  private static final ImportanceSettings UNLABELLED = settings(Set.of(ImportanceMethod.TAYLOR));

  private final TorchScript model;
  private final DriftStream stream;
  private ImportanceSettings settings;

  private WatchedModel(Path file, DriftStream stream, ImportanceSettings settings) {
    model = TorchScript.load(file, new DeviceSettings("cpu", 1));
    this.stream = stream;
    this.settings = settings;
  }

  /** With labels. */
  static WatchedModel labelled(Path file, DriftStream stream) {
    return new WatchedModel(file, stream, UNLABELLED.withLabelSamples(WINDOW));
  }

  /** With labels, and methods of choice. */
  static WatchedModel labelled(Path file, DriftStream stream, Set<ImportanceMethod> methods) {
    return new WatchedModel(file, stream, settings(methods).withLabelSamples(WINDOW));
  }

  /** Without labels. */
  static WatchedModel unlabelled(Path file, DriftStream stream) {
    return new WatchedModel(file, stream, UNLABELLED);
  }

  private static ImportanceSettings settings(Set<ImportanceMethod> methods) {
    return new ImportanceSettings(
        Task.CLASSIFICATION, OutputKind.LOGITS, methods, ImportanceSettings.AUTO, false, List.of());
  }

  /** The next windows of a source, which get the numbers from {@code first} on. */
  List<DriftWindow> windows(RowSource source, int first, int count) {
    List<DriftWindow> windows = new ArrayList<>(count);
    for (int number = first; number < first + count; number++) {
      windows.add(window(source.take(WINDOW), number));
    }
    return windows;
  }

  /** The importance of the next window of a source alone. */
  ImportanceSnapshot importance(RowSource source, int number) {
    return importance(source.take(WINDOW).stream().map(this::sample).toList(), number);
  }

  private ImportanceSnapshot importance(List<InferenceSample> samples, int number) {
    if (settings.microBatch() == ImportanceSettings.AUTO) {
      settings = Tuning.choose(model, settings, samples).applyTo(settings);
    }
    long start = number * LENGTH.toMillis();
    SampleBatch batch =
        new SampleBatch("bench", start, start + LENGTH.toMillis(), samples, WINDOW, "");
    return OnePass.importance(model, settings, batch, () -> 0);
  }

  private DriftWindow window(List<LabelledRow> rows, int number) {
    List<InferenceSample> samples = rows.stream().map(this::sample).toList();
    double[][] inputs = new double[stream.features][WINDOW];
    for (int n = 0; n < WINDOW; n++) {
      for (int i = 0; i < stream.features; i++) {
        inputs[i][n] = rows.get(n).values()[i];
      }
    }
    double[][] outputs = new double[stream.classes][WINDOW];
    double[] attribution = new double[stream.features];
    for (int from = 0; from < WINDOW; from += PASS) {
      pass(samples.subList(from, from + PASS), from, inputs, outputs, attribution);
    }
    return new DriftWindow(rows, inputs, outputs, attribution, importance(samples, number));
  }

  private InferenceSample sample(LabelledRow row) {
    return Samples.of(
        List.of((double) row.label()), Samples.floats(stream.extents(), row.values()));
  }

  /** Probabilities, and gradient times input of the predicted class. */
  private void pass(
      List<InferenceSample> samples,
      int from,
      double[][] inputs,
      double[][] outputs,
      double[] attribution) {
    try (ForwardPass pass = model.forwardFromInputs(samples)) {
      float[] logits = pass.outputs();
      int classes = stream.classes;
      float[] predicted = new float[logits.length];
      for (int n = 0; n < samples.size(); n++) {
        int largest = n * classes;
        for (int k = n * classes; k < (n + 1) * classes; k++) {
          largest = logits[k] > logits[largest] ? k : largest;
        }
        predicted[largest] = 1;
        double sum = 0;
        for (int k = 0; k < classes; k++) {
          outputs[k][from + n] = Math.exp(logits[n * classes + k] - logits[largest]);
          sum += outputs[k][from + n];
        }
        for (int k = 0; k < classes; k++) {
          outputs[k][from + n] /= sum;
        }
      }
      float[] gradient = pass.inputGradients(predicted).get(0);
      for (int n = 0; n < samples.size(); n++) {
        for (int i = 0; i < attribution.length; i++) {
          double product = inputs[i][from + n] * gradient[n * attribution.length + i];
          attribution[i] += Math.abs(product) / WINDOW;
        }
      }
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
