package io.gradwatch.cli;

import io.gradwatch.agent.Readers;
import io.gradwatch.agent.SamplesAgain;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.importance.Contributors.TopSample;
import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.FirstLayer;
import io.gradwatch.importance.ImageShape;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.Saliency;
import io.gradwatch.importance.Tuning;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.report.Picture;
import io.gradwatch.report.document.Example.Seen;
import io.gradwatch.report.document.Filters;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.Tensor;
import io.gradwatch.window.SampleReference;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What the samples of a report hold, read again, of models whose configuration allows it.
 *
 * @param seen by reference
 * @param filters of the model's first layer; null where it has none that can be looked at
 */
record ShownSamples(Map<SampleReference, Seen> seen, @Nullable Filters filters) {
  static final ShownSamples NONE = new ShownSamples(Map.of(), null);

  /** Values of an input that are written out; nobody reads more. */
  private static final int VALUES = 12;

  /** What a sample holds; null where nobody may see it, or its place is not known. */
  @Nullable Seen of(@Nullable SampleReference reference) {
    return reference == null ? null : seen.get(reference);
  }

  /**
   * Reads samples again, draws those that are images, and asks the model, if its file loads here,
   * what it looks at in them.
   */
  static ShownSamples of(
      GradwatchConfig config, ModelSettings model, List<TopSample> samples, PrintWriter progress) {
    List<SampleReference> references =
        samples.stream().map(TopSample::reference).filter(Objects::nonNull).toList();
    if (!model.showSamples() || references.isEmpty()) {
      return NONE;
    }
    Map<SampleReference, Optional<InferenceSample>> read =
        SamplesAgain.read(config.kafka().values(), Readers.of(model), references);
    List<InferenceSample> found = read.values().stream().flatMap(Optional::stream).toList();
    boolean images = found.stream().anyMatch(sample -> image(sample, model) != null);
    Map<SampleReference, Seen> seen = new HashMap<>();
    if (!images) {
      read.forEach((reference, sample) -> seen.put(reference, seen(sample, model, null, null)));
      return new ShownSamples(seen, null);
    }
    DeviceSettings device = DeviceSettings.of("cpu", config.worker().threads());
    try (DifferentiableModel opened = TorchScript.load(model.location(), device, model.output())) {
      ImportanceSettings settings =
          Tuning.choose(opened, model.importance().withMicroBatch(1), found)
              .applyTo(model.importance());
      read.forEach(
          (reference, sample) -> seen.put(reference, seen(sample, model, opened, settings)));
      FirstLayer layer = FirstLayer.of(opened, image(found.get(0), model));
      return new ShownSamples(seen, layer == null ? null : Filters.of(layer));
    } catch (ModelFailureException e) {
      progress.printf("no saliency: %s%n", e.getMessage());
      read.forEach((reference, sample) -> seen.put(reference, seen(sample, model, null, null)));
      return new ShownSamples(seen, null);
    }
  }

  private static Seen seen(
      Optional<InferenceSample> sample,
      ModelSettings model,
      @Nullable DifferentiableModel opened,
      @Nullable ImportanceSettings settings) {
    if (sample.isEmpty()) {
      return Seen.EXPIRED;
    }
    InferenceSample row = sample.get();
    ImageShape shape = image(row, model);
    if (shape == null) {
      return new Seen(text(row), null, null);
    }
    String picture = Picture.sample(shape, row.inputs().get(0).values()).dataUri();
    float[] gradient =
        opened == null || settings == null
            ? new float[0]
            : Saliency.of(opened, settings, row).gradients().get(0);
    return new Seen(
        text(row),
        picture,
        gradient.length == shape.elements() ? Picture.saliency(shape, gradient).dataUri() : null);
  }

  private static @Nullable ImageShape image(InferenceSample sample, ModelSettings model) {
    return ImageShape.of(sample.inputs().get(0), model.image());
  }

  /** For instance {@code x: 0.1, 0.2, … (64 values)}. */
  private static String text(InferenceSample sample) {
    StringJoiner inputs = new StringJoiner("; ");
    for (Tensor input : sample.inputs()) {
      double[] values = input.values();
      StringJoiner some = new StringJoiner(", ");
      for (int i = 0; i < Math.min(VALUES, values.length); i++) {
        some.add(String.format(Locale.ROOT, "%.4g", values[i]));
      }
      String rest = values.length > VALUES ? ", … (" + values.length + " values)" : "";
      inputs.add(input.name() + ": " + some + rest);
    }
    return inputs.toString();
  }
}
