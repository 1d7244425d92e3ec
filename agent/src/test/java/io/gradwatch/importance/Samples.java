package io.gradwatch.importance;

import io.gradwatch.sample.DataType;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.Tensor;
import io.gradwatch.window.SampleBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Samples as tests need them. */
public final class Samples {
  private Samples() {}

  public static Tensor floats(List<Long> shape, float... values) {
    ByteBuffer data = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new Tensor("x", DataType.FP32, shape, data);
  }

  public static Tensor longs(long... values) {
    ByteBuffer data = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    data.asLongBuffer().put(values);
    return new Tensor("ids", DataType.INT64, List.of((long) values.length), data);
  }

  public static InferenceSample of(@Nullable List<Double> label, Tensor... inputs) {
    return new InferenceSample(null, List.of(inputs), label, null);
  }

  /** The same sample with one served output, named {@code output}. */
  public static InferenceSample served(InferenceSample sample, String output, double... values) {
    ByteBuffer data = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    data.asDoubleBuffer().put(values);
    Tensor tensor = new Tensor(output, DataType.FP64, List.of((long) values.length), data);
    List<Tensor> served = new ArrayList<>(sample.served());
    served.add(tensor);
    return new InferenceSample(
        sample.id(),
        sample.inputs(),
        sample.label(),
        sample.modelVersion(),
        served,
        sample.parameters());
  }

  public static InferenceSample row(@Nullable List<Double> label, float... values) {
    return of(label, floats(List.of((long) values.length), values));
  }

  /** Rows of {@code columns} standard normal numbers, without labels. */
  public static List<InferenceSample> normal(int rows, int columns, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<InferenceSample> samples = new ArrayList<>();
    for (int n = 0; n < rows; n++) {
      float[] x = new float[columns];
      for (int i = 0; i < columns; i++) {
        x[i] = (float) random.nextGaussian();
      }
      samples.add(row(null, x));
    }
    return samples;
  }

  public static SampleBatch batch(String model, long start, List<InferenceSample> samples) {
    return new SampleBatch(model, start, start + 1000, samples, samples.size(), "");
  }
}
