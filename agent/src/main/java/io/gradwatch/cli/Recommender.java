package io.gradwatch.cli;

import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.Grouping;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ParameterImportance;
import io.gradwatch.importance.SelfCheck;
import io.gradwatch.importance.TrustedModel;
import io.gradwatch.importance.Tuning;
import io.gradwatch.recommend.NumpyFile;
import io.gradwatch.recommend.Recommendation;
import io.gradwatch.sample.InferenceSample;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Computes what a report recommends of single parameters, and writes it where it is asked for. */
final class Recommender {
  private static final int PROGRESS = 100;

  private Recommender() {}

  /**
   * Computes it of the tensors whose gradients can be trusted.
   *
   * @param model is closed
   */
  static Recommendation of(
      DifferentiableModel model,
      ImportanceSettings settings,
      List<InferenceSample> samples,
      RecommendOptions options,
      PrintWriter progress)
      throws IOException {
    ParameterImportance importance;
    int step = Math.max(PROGRESS, samples.size() / 10);
    try (model) {
      ImportanceSettings settled =
          Tuning.choose(model, settings.withMicroBatch(1), samples)
              .applyTo(settings.withMicroBatch(1));
      DifferentiableModel trusted =
          TrustedModel.of(model, SelfCheck.of(model, settled, samples), Grouping.TENSOR);
      importance =
          ParameterImportance.over(
              trusted,
              settled,
              samples,
              done -> {
                if (done % step == 0) {
                  progress.printf("sample %d of %d%n", done, samples.size());
                  progress.flush();
                }
              });
    }
    Recommendation recommendation = Recommendation.of(importance, options.prune, options.protect);
    Path output = options.output;
    if (output != null) {
      Files.writeString(output, JsonLine.of(recommendation) + "\n", StandardCharsets.UTF_8);
    }
    Path npz = options.npz;
    if (npz != null) {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(npz))) {
        NumpyFile.writeFisher(importance, out);
      }
    }
    return recommendation;
  }
}
