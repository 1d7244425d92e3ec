package io.gradwatch.sample.payload;

import io.gradwatch.sample.DataType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one input of the model is made of a message.
 *
 * @param name for messages and reports
 * @param from the tensors or columns that are joined along dimension 0 of the sample, in this
 *     order; empty for the one of the same name, or the only one there is
 * @param select places along dimension 0 of the sample that are kept, in this order; empty for all
 * @param datatype that it is cast to; null for that of the message, which is FP32 where the message
 *     names none
 * @param shape that it is reshaped to: with -1 first, the batch, of which each row is a sample;
 *     else the whole message is one sample. One more extent may be -1: as many as there are. Null
 *     for the shape as it comes, batch first
 * @param mean that is subtracted: one number, or one for each place along dimension 0 of the
 *     sample; empty for none
 * @param scale that it is divided by after that; as {@code mean}
 * @param value what the input always is; empty if it comes with the message
 */
public record ModelInput(
    String name,
    List<String> from,
    List<Integer> select,
    @Nullable DataType datatype,
    @Nullable List<Integer> shape,
    List<Double> mean,
    List<Double> scale,
    List<Double> value) {
  public ModelInput {
    from = List.copyOf(from);
    select = List.copyOf(select);
    shape = shape == null ? null : List.copyOf(shape);
    mean = List.copyOf(mean);
    scale = List.copyOf(scale);
    value = List.copyOf(value);
    if (!value.isEmpty() && !(from.isEmpty() && select.isEmpty())) {
      throw new IllegalArgumentException("has value and from or select; expected one of them");
    }
    if (!value.isEmpty() && !(mean.isEmpty() && scale.isEmpty())) {
      throw new IllegalArgumentException("has value and mean or scale; write the value as it is");
    }
    if (scale.contains(0.0)) {
      throw new IllegalArgumentException("has a scale of 0; expected what values are divided by");
    }
    if (mean.size() > 1 && scale.size() > 1 && mean.size() != scale.size()) {
      throw new IllegalArgumentException(
          "has %d means and %d scales; expected as many".formatted(mean.size(), scale.size()));
    }
    requireShape(shape);
    if (datatype != null && !datatype.isFloatingPoint() && !(mean.isEmpty() && scale.isEmpty())) {
      throw new IllegalArgumentException(
          "is normalised to %s; expected a floating-point datatype".formatted(datatype));
    }
  }

  private static void requireShape(@Nullable List<Integer> shape) {
    if (shape == null) {
      return;
    }
    boolean batched = !shape.isEmpty() && shape.get(0) == -1;
    List<Integer> own = batched ? shape.subList(1, shape.size()) : shape;
    if (own.stream().anyMatch(extent -> extent < 1 && extent != -1)
        || own.stream().filter(extent -> extent == -1).count() > 1
        || shape.size() > BatchTensor.MAX_RANK) {
      throw new IllegalArgumentException(
          "has shape %s; expected extents of at least 1, -1 first for the batch and at most one more -1"
              .formatted(shape));
    }
  }

  /** Whether each row of what comes is a sample. */
  boolean isBatched() {
    return shape == null || (!shape.isEmpty() && shape.get(0) == -1);
  }

  /** The tensors that it is made of, for messages. */
  String source() {
    return from.isEmpty() ? name : String.join(", ", from);
  }

  /** What of it is not as it comes, in the words of the configuration; equal for equal inputs. */
  String text() {
    StringBuilder text = new StringBuilder(name);
    append(text, "from", from);
    append(text, "select", select);
    append(text, "datatype", datatype == null ? List.of() : List.of(datatype));
    append(text, "shape", shape == null ? List.of() : shape);
    append(text, "mean", mean);
    append(text, "scale", scale);
    append(text, "value", value);
    return text.toString();
  }

  private static void append(StringBuilder text, String key, List<?> values) {
    if (!values.isEmpty()) {
      text.append(' ').append(key).append(' ').append(values);
    }
  }
}
