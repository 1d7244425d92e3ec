package io.gradwatch.importance.device;

import io.gradwatch.importance.Batching;
import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds out how a model takes its samples: two stacked, one stacked, or one as it is. */
final class BatchingTrial {
  /**
   * What another kernel for another batch size may change, relative to the largest output: FP32 was
   * seen to change by 1e-6. FP16 and BF16 may change by more: they then run one sample at a time,
   * which is slower and as right.
   */
  private static final double TOLERANCE = 0.01;

  private BatchingTrial() {}

  /** A pass forward with or without the batch dimension. */
  @FunctionalInterface
  interface Pass {
    ForwardPass run(List<InferenceSample> samples, boolean batched);
  }

  /** Two different samples that can be stacked; the first alone where there are none. */
  static List<InferenceSample> pair(List<InferenceSample> samples) {
    InferenceSample first = samples.get(0);
    return samples.stream()
        .filter(other -> alike(first, other) && !first.inputs().equals(other.inputs()))
        .findFirst()
        .map(other -> List.of(first, other))
        .orElse(List.of(first));
  }

  /**
   * Tries.
   *
   * @param samples one or two
   * @throws ModelFailureException if the model takes them in no way; what it says of a batch of one
   */
  static Batching of(List<InferenceSample> samples, Pass pass) {
    float[] stacked = samples.size() > 1 ? outputs(pass, samples, true) : null;
    float[] first;
    try {
      first = run(pass, samples.subList(0, 1), true);
    } catch (ModelFailureException e) {
      if (fatal(e) || outputs(pass, samples.subList(0, 1), false) == null) {
        throw e;
      }
      return Batching.NONE;
    }
    if (stacked == null) {
      return Batching.ONE;
    }
    float[] second = run(pass, samples.subList(1, 2), true);
    return same(stacked, first, second) ? Batching.ANY : Batching.COUPLED;
  }

  private static float @Nullable [] outputs(
      Pass pass, List<InferenceSample> samples, boolean batched) {
    try {
      return run(pass, samples, batched);
    } catch (ModelFailureException e) {
      if (fatal(e)) {
        throw e;
      }
      return null;
    }
  }

  private static float[] run(Pass pass, List<InferenceSample> samples, boolean batched) {
    try (ForwardPass forward = pass.run(samples, batched)) {
      return forward.outputs();
    }
  }

  /** Says nothing of how samples are to be stacked. */
  private static boolean fatal(ModelFailureException e) {
    return e.reason() == Reason.OUT_OF_MEMORY;
  }

  private static boolean same(float[] stacked, float[] first, float[] second) {
    float[] alone = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, alone, first.length, second.length);
    if (alone.length != stacked.length) {
      return false;
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < alone.length; i++) {
      largest = Math.max(largest, Math.abs(alone[i]));
      difference = Math.max(difference, Math.abs((double) alone[i] - stacked[i]));
    }
    return !(difference > TOLERANCE * largest);
  }

  private static boolean alike(InferenceSample a, InferenceSample b) {
    boolean alike = a.inputs().size() == b.inputs().size();
    for (int i = 0; alike && i < a.inputs().size(); i++) {
      Tensor x = a.inputs().get(i);
      Tensor y = b.inputs().get(i);
      alike = x.type() == y.type() && x.shape().equals(y.shape());
    }
    return alike;
  }
}
