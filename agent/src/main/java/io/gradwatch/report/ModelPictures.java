package io.gradwatch.report;

import io.gradwatch.importance.Contributors;
import io.gradwatch.importance.Contributors.TopSample;
import io.gradwatch.importance.FirstLayer;
import io.gradwatch.importance.ImageShape;
import io.gradwatch.importance.Saliency;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What of a model can be looked at, as {@code api/pictures} gives it: the samples that contributed
 * most to its last window, and the weights of its first layer.
 *
 * @param format version of the JSON form, {@value #FORMAT}
 * @param pending whether more is on its way: ask again
 * @param note what is shown, or why it is not, for people
 * @param samples the largest contribution first
 * @param layer null where the model has none that can be looked at
 */
public record ModelPictures(
    int format, boolean pending, String note, List<SamplePicture> samples, @Nullable Layer layer) {
  public static final int FORMAT = 1;

  /** Values of a sample that is no image: more are no help to anybody. */
  private static final int VALUES = 12;

  public ModelPictures {
    samples = List.copyOf(samples);
  }

  /** A picture with what its first and its last colour stand for. */
  public record Drawing(String png, double from, double to) {
    public static Drawing of(Picture picture) {
      return new Drawing(picture.dataUri(), picture.from(), picture.to());
    }
  }

  /**
   * A sample.
   *
   * @param where it stands, for instance {@code requests-0@4711}
   * @param id the sender's, if it sent one
   * @param share of what the looked-at samples contributed, 0 to 1
   * @param state why it is not shown; null where it is, or where nobody may see it
   * @param thumbnail of its first input, where that is an image
   * @param values of its first input, where that is none
   * @param output whose saliency is drawn: the predicted class
   * @param value of that output
   * @param saliency the gradient of that output with respect to the image
   */
  public record SamplePicture(
      String where,
      @Nullable String id,
      double share,
      @Nullable String state,
      @Nullable Drawing thumbnail,
      @Nullable String values,
      @Nullable Integer output,
      @Nullable Double value,
      @Nullable Drawing saliency) {

    /** Where it stands, without what it holds. */
    public static SamplePicture hidden(TopSample sample, @Nullable String state) {
      return new SamplePicture(
          sample.reference() == null ? "unknown" : sample.reference().text(),
          sample.id() == null ? null : sample.id().replaceAll("\\p{Cntrl}", "?"),
          sample.share(),
          state,
          null,
          null,
          null,
          null,
          null);
    }

    /**
     * With what it holds.
     *
     * @param image how its first input is to be read; null leaves it to its shape
     * @param saliency null where there is none yet
     * @param state why there is none; null where it is there or on its way
     */
    public static SamplePicture shown(
        TopSample sample,
        InferenceSample content,
        @Nullable ImageShape image,
        @Nullable Saliency saliency,
        @Nullable String state) {
      SamplePicture known = hidden(sample, state);
      Tensor input = content.inputs().get(0);
      ImageShape shape = ImageShape.of(input, image);
      return new SamplePicture(
          known.where(),
          known.id(),
          known.share(),
          state,
          shape == null ? null : Drawing.of(Picture.sample(shape, input.values())),
          shape == null ? text(input) : null,
          saliency == null || saliency.output() < 0 ? null : saliency.output(),
          saliency == null ? null : saliency.value(),
          saliency == null ? null : drawing(shape, saliency.gradients().get(0)));
    }

    private static @Nullable Drawing drawing(@Nullable ImageShape shape, float[] gradient) {
      return shape == null || gradient.length == 0
          ? null
          : Drawing.of(Picture.saliency(shape, gradient));
    }

    private static String text(Tensor input) {
      long all = input.elements();
      String first =
          IntStream.range(0, (int) Math.min(VALUES, all))
              .mapToObj(i -> String.format(Locale.ROOT, "%.4g", input.value(i)))
              .collect(Collectors.joining(", "));
      return "%s [%s%s]".formatted(input.name(), first, all > VALUES ? ", …" : "");
    }
  }

  /**
   * The weights of the layer that meets the input.
   *
   * @param parameter name of the tensor
   * @param of how many units it has
   * @param channels 1 or 3
   * @param limit absolute weight of the deepest colours
   * @param units a picture of each of the first units
   */
  public record Layer(String parameter, int of, int channels, double limit, List<String> units) {
    public static Layer of(FirstLayer layer) {
      double limit = layer.limit();
      return new Layer(
          layer.parameter(),
          layer.units(),
          layer.channels(),
          limit,
          IntStream.range(0, layer.shown())
              .mapToObj(
                  unit ->
                      Picture.weights(
                              layer.channels(),
                              layer.height(),
                              layer.width(),
                              layer.unit(unit),
                              limit)
                          .dataUri())
              .toList());
    }
  }

  /** Why there are samples or none, and what to do to see them. */
  public static String note(@Nullable Contributors found, boolean shown) {
    if (found == null) {
      return "No group is under suspicion, so no sample stands out.";
    }
    String about =
        "Of %d samples looked at, those that have most of what changed in %s. They are examples and prove nothing."
            .formatted(found.rows(), String.join(", ", found.groups()));
    return about
        + (shown ? "" : " What they hold is hidden; show-samples: true of the model shows it.");
  }

  /** What is shown of a unit that somebody chose. */
  public static String note(Contributors found, int unit) {
    return "Of the %d newest requests, those that have most of the importance of unit %d of %s."
        .formatted(found.rows(), unit, String.join(", ", found.groups()));
  }

  /** Without samples. */
  public static ModelPictures without(String note, boolean pending, @Nullable Layer layer) {
    return new ModelPictures(FORMAT, pending, note, List.of(), layer);
  }

  /** Nothing but where the samples stand. */
  public static ModelPictures hidden(
      @Nullable Contributors found, boolean shown, boolean pending, @Nullable Layer layer) {
    List<SamplePicture> samples =
        found == null
            ? List.of()
            : found.samples().stream().map(sample -> SamplePicture.hidden(sample, null)).toList();
    return new ModelPictures(FORMAT, pending, note(found, shown), samples, layer);
  }
}
