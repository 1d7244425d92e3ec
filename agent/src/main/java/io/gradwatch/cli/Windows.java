package io.gradwatch.cli;

import io.gradwatch.importance.ContributorPass;
import io.gradwatch.importance.ContributorRequest;
import io.gradwatch.importance.Contributors;
import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.OnePass;
import io.gradwatch.importance.Settled;
import io.gradwatch.importance.TrafficSummary;
import io.gradwatch.importance.Tuning;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.JsonLines;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.SampleReference;
import io.gradwatch.window.WindowSettings;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A file of samples, cut into disjoint windows of equal size, each with its importance. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class Windows {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Mixin ModelOptions options;

  @Option(
      names = "--window-samples",
      defaultValue = "512",
      paramLabel = "K",
      description = "samples a window (default: ${DEFAULT-VALUE})")
  int size;

  @Mixin DriftOptions drift;

  /** Labelled rows of a window that a concept score is made of; 0 for none. */
  int labelSamples;

  /**
   * Computes one window after the other; what is left at the file's end is too short and left out.
   *
   * @param given what a baseline's windows were computed with; null to settle it by the first one
   * @param progress where to say how far it is
   * @return how many there were
   */
  int forEach(@Nullable Settled given, ProgressLine progress, Consumer<ImportanceSnapshot> consumer)
      throws IOException {
    return forEach(given, progress, Optional::empty, consumer);
  }

  /**
   * The same with what contributes most.
   *
   * @param request what is asked of the next window, if anything is
   */
  int forEach(
      @Nullable Settled given,
      ProgressLine progress,
      Supplier<Optional<ContributorRequest>> request,
      Consumer<ImportanceSnapshot> consumer)
      throws IOException {
    ModelOptions.usage(spec, this::requireSizes);
    List<JsonLines.Line> lines = options.readLines();
    List<InferenceSample> samples =
        lines.stream().flatMap(line -> line.samples().stream()).toList();
    List<SampleReference> references = options.references(lines);
    int windows = samples.size() / size;
    if (windows == 0) {
      throw new IllegalArgumentException(
          "%s holds %d samples, one window needs %d; give more or set --window-samples"
              .formatted(options.samples, samples.size(), size));
    }
    int left = samples.size() - windows * size;
    if (left > 0) {
      progress.say("%d samples at the end are less than a window and left out", left);
    }
    try (DifferentiableModel model = options.open()) {
      ImportanceSettings tuned = tuned(model, given, samples.subList(0, size));
      TrafficSummary bins = given == null ? null : given.bins();
      for (int window = 0; window < windows; window++) {
        SampleBatch batch = batch(model, window, samples, references);
        ImportanceSnapshot snapshot =
            OnePass.withTraffic(model, tuned, batch, System::nanoTime, bins);
        bins = snapshot.traffic();
        Contributors found =
            request
                .get()
                .map(asked -> ContributorPass.over(model, tuned, batch, asked, System::nanoTime))
                .orElse(null);
        consumer.accept(snapshot.withContributors(found));
        progress.at(window + 1, windows);
      }
    }
    return windows;
  }

  private int requireSizes() {
    WindowSettings.requireSamples(size);
    if (labelSamples < 0 || labelSamples > size) {
      throw new IllegalArgumentException(
          "--label-samples is %d, must be 0 to %d".formatted(labelSamples, size));
    }
    return size;
  }

  private ImportanceSettings tuned(
      DifferentiableModel model, @Nullable Settled given, List<InferenceSample> firstWindow) {
    ImportanceSettings plain =
        options.settings(EnumSet.of(drift.method, ImportanceMethod.TAYLOR), false);
    ImportanceSettings settings = labelSamples == 0 ? plain : plain.withLabelSamples(labelSamples);
    boolean open = settings.microBatch() == ImportanceSettings.AUTO;
    Tuning tuning =
        given != null && open ? given.tuning() : Tuning.choose(model, settings, firstWindow);
    return tuning.applyTo(settings);
  }

  private SampleBatch batch(
      DifferentiableModel model,
      int window,
      List<InferenceSample> samples,
      List<SampleReference> references) {
    int from = window * size;
    int to = from + size;
    long length = drift.window().toMillis();
    return new SampleBatch(
        model.version().name(),
        window * length,
        (window + 1) * length,
        samples.subList(from, to),
        size,
        "",
        false,
        references.subList(from, to));
  }
}
