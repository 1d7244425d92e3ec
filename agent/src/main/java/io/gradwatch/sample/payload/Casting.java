package io.gradwatch.sample.payload;

import io.gradwatch.sample.DataType;
import io.gradwatch.sample.Json;
import io.gradwatch.sample.MalformedSampleException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The steps of a mapping: joining, selecting, normalising, casting and reshaping tensors. */
final class Casting {
  private Casting() {}

  /**
   * The tensors side by side: of shape [rows, elements of a sample together], as FP64 unless all
   * are of one type.
   */
  static BatchTensor joined(List<BatchTensor> parts) throws MalformedSampleException {
    BatchTensor first = parts.get(0);
    int width = 0;
    for (BatchTensor part : parts) {
      if (part.rows() != first.rows()) {
        throw new MalformedSampleException(
            "%s: batch of %d, but %s has one of %d; expected equal batches"
                .formatted(part.name(), part.rows(), first.name(), first.rows()));
      }
      width = Math.addExact(width, part.count() / part.rows());
    }
    DataType type = first.type();
    boolean alike = parts.stream().allMatch(part -> part.type() == type);
    ByteBuffer data =
        Elements.room(Math.multiplyExact(first.rows(), width), alike ? type : DataType.FP64);
    for (int row = 0; row < first.rows(); row++) {
      for (BatchTensor part : parts) {
        copyRow(data, part, row, alike);
      }
    }
    return new BatchTensor(
        first.name(),
        alike ? type : DataType.FP64,
        alike && first.declared(),
        List.of((long) first.rows(), (long) width),
        data.flip());
  }

  private static void copyRow(ByteBuffer to, BatchTensor part, int row, boolean asItIs)
      throws MalformedSampleException {
    int width = part.count() / part.rows();
    if (asItIs) {
      int bytes = width * part.type().bytes();
      to.put(part.data().slice(part.data().position() + row * bytes, bytes));
      return;
    }
    for (int i = row * width; i < (row + 1) * width; i++) {
      to.putDouble(exact(part, i));
    }
  }

  private static double exact(BatchTensor tensor, int element) throws MalformedSampleException {
    if (tensor.type() == DataType.INT64) {
      long whole = Elements.whole(tensor.data(), tensor.type(), element);
      if (whole > Elements.EXACT || whole < -Elements.EXACT) {
        throw new MalformedSampleException(
            "%s[%d]: %d; expected at most 2^53 among other types"
                .formatted(Json.brief(tensor.name()), element, whole));
      }
    }
    return Elements.value(tensor.data(), tensor.type(), element);
  }

  /** Places along dimension 0 of each sample. */
  static BatchTensor selected(BatchTensor tensor, List<Integer> places)
      throws MalformedSampleException {
    if (tensor.shape().size() < 2) {
      throw new MalformedSampleException(
          "%s: one number a sample; expected several to select from"
              .formatted(Json.brief(tensor.name())));
    }
    int extent = Math.toIntExact(tensor.shape().get(1));
    int bytes = tensor.data().remaining() / tensor.rows() / extent;
    ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(tensor.rows() * bytes, places.size()));
    for (int row = 0; row < tensor.rows(); row++) {
      for (int place : places) {
        if (place >= extent) {
          throw new MalformedSampleException(
              "%s: %d along dimension 0 of the sample; expected more than %d, which select names"
                  .formatted(Json.brief(tensor.name()), extent, place));
        }
        int from = tensor.data().position() + (row * extent + place) * bytes;
        data.put(tensor.data().slice(from, bytes));
      }
    }
    List<Long> shape = new ArrayList<>(tensor.shape());
    shape.set(1, (long) places.size());
    return new BatchTensor(tensor.name(), tensor.type(), tensor.declared(), shape, data.flip());
  }

  /**
   * (x - mean) / scale, computed in FP64, as another type.
   *
   * @param mean none, one, or one for each place along dimension 0 of the sample
   * @param scale the same
   */
  static BatchTensor to(BatchTensor tensor, DataType type, List<Double> mean, List<Double> scale)
      throws MalformedSampleException {
    boolean normalised = !mean.isEmpty() || !scale.isEmpty();
    if (type == tensor.type() && !normalised) {
      return new BatchTensor(tensor.name(), type, true, tensor.shape(), tensor.data());
    }
    ByteBuffer data =
        tensor.type().isFloatingPoint() || type.isFloatingPoint()
            ? numbers(tensor, type, mean, scale)
            : wholes(tensor, type);
    return new BatchTensor(tensor.name(), type, true, tensor.shape(), data.flip());
  }

  /** Whole numbers as others, which FP64 need not hold. */
  private static ByteBuffer wholes(BatchTensor tensor, DataType type)
      throws MalformedSampleException {
    ByteBuffer data = Elements.room(tensor.count(), type);
    for (int i = 0; i < tensor.count(); i++) {
      long value = Elements.whole(tensor.data(), tensor.type(), i);
      String expected = Elements.unfitWhole(type, value);
      if (expected != null) {
        throw unfit(tensor, i, value, expected);
      }
      Elements.putWhole(data, type, value);
    }
    return data;
  }

  private static ByteBuffer numbers(
      BatchTensor tensor, DataType type, List<Double> mean, List<Double> scale)
      throws MalformedSampleException {
    int count = tensor.count();
    double[] values = Elements.values(tensor.data(), tensor.type(), count);
    if (!mean.isEmpty() || !scale.isEmpty()) {
      normalise(tensor, values, mean, scale);
    }
    int odd = Elements.firstUnfit(values, type, count);
    if (odd >= 0) {
      throw unfit(tensor, odd, values[odd], String.valueOf(Elements.unfit(type, values[odd])));
    }
    ByteBuffer data = Elements.room(count, type);
    Elements.putAll(data, type, values, count);
    return data;
  }

  private static void normalise(
      BatchTensor tensor, double[] values, List<Double> mean, List<Double> scale)
      throws MalformedSampleException {
    int row = values.length / tensor.rows();
    int extent = tensor.shape().size() < 2 ? 1 : Math.toIntExact(tensor.shape().get(1));
    requireExtent(tensor, mean, "mean", extent);
    requireExtent(tensor, scale, "scale", extent);
    if (mean.size() <= 1 && scale.size() <= 1) {
      double subtracted = mean.isEmpty() ? 0 : mean.get(0);
      double divisor = scale.isEmpty() ? 1 : scale.get(0);
      for (int i = 0; i < values.length; i++) {
        values[i] = (values[i] - subtracted) / divisor;
      }
      return;
    }
    int inner = row / extent;
    double[] means = each(mean, extent, 0);
    double[] scales = each(scale, extent, 1);
    for (int i = 0; i < values.length; ) {
      for (int place = 0; place < extent; place++) {
        for (int end = i + inner; i < end; i++) {
          values[i] = (values[i] - means[place]) / scales[place];
        }
      }
    }
  }

  private static double[] each(List<Double> numbers, int extent, double none) {
    double[] each = new double[extent];
    for (int i = 0; i < extent; i++) {
      each[i] = numbers.isEmpty() ? none : numbers.get(numbers.size() == 1 ? 0 : i);
    }
    return each;
  }

  private static MalformedSampleException unfit(
      BatchTensor tensor, int element, Object value, String expected) {
    return new MalformedSampleException(
        "%s[%d]: %s; expected %s".formatted(Json.brief(tensor.name()), element, value, expected));
  }

  private static void requireExtent(
      BatchTensor tensor, List<Double> numbers, String key, int extent)
      throws MalformedSampleException {
    if (numbers.size() > 1 && numbers.size() != extent) {
      throw new MalformedSampleException(
          "%s: %d along dimension 0 of the sample; expected %d as %s has numbers"
              .formatted(Json.brief(tensor.name()), extent, numbers.size(), key));
    }
  }

  /** In the shape that the model takes. */
  static BatchTensor reshaped(BatchTensor tensor, ModelInput input)
      throws MalformedSampleException {
    List<Integer> shape = input.shape();
    if (shape == null) {
      return tensor;
    }
    long rows = input.isBatched() ? tensor.rows() : 1;
    List<Integer> own = input.isBatched() ? shape.subList(1, shape.size()) : shape;
    long each = tensor.count() / rows;
    long fixed = 1;
    for (int extent : own) {
      fixed *= extent == -1 ? 1 : extent;
    }
    boolean open = own.contains(-1);
    if (fixed == 0 || (open ? each % fixed != 0 : each != fixed)) {
      throw new MalformedSampleException(
          "%s: %s %s, so %d elements a sample; expected shape %s"
              .formatted(Json.brief(input.source()), tensor.type(), tensor.shape(), each, shape));
    }
    List<Long> extents = new ArrayList<>(List.of(rows));
    for (int extent : own) {
      extents.add(extent == -1 ? each / fixed : extent);
    }
    return tensor.shaped(extents);
  }
}
