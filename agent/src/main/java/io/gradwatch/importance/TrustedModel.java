package io.gradwatch.importance;

import io.gradwatch.sample.InferenceSample;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A model without the tensors that cannot be trusted: they are computed with and never seen, so
 * that no method can publish a number of theirs.
 */
public final class TrustedModel extends ForwardingModel {
  /** Places of the tensors that are left, in the order of the whole model. */
  private final int[] kept;

  private TrustedModel(DifferentiableModel model, int[] kept) {
    super(model);
    this.kept = kept;
  }

  /**
   * Leaves out every group that holds an untrusted tensor.
   *
   * @param model which is closed with the result
   * @return the model itself if all of it can be trusted
   * @throws ModelFailureException with {@link ModelFailureException.Reason#UNTRUSTED} if nothing
   *     would be left
   */
  public static DifferentiableModel of(
      DifferentiableModel model, SelfCheckReport report, Grouping grouping) {
    report.requireTrusted();
    Set<Integer> left = new HashSet<>();
    for (Group group : grouping.of(model.parameters())) {
      boolean trusted =
          group.slices().stream()
              .noneMatch(slice -> report.untrusted().contains(slice.parameter().name()));
      if (trusted) {
        group.slices().forEach(slice -> left.add(slice.index()));
      }
    }
    if (left.isEmpty()) {
      throw new ModelFailureException(
          ModelFailureException.Reason.UNTRUSTED,
          "every %s of %s holds a tensor with a wrong gradient; group by tensor"
              .formatted(grouping.label(), model.version()));
    }
    return left.size() == model.parameters().size()
        ? model
        : new TrustedModel(model, left.stream().mapToInt(Integer::intValue).sorted().toArray());
  }

  @Override
  public List<Parameter> parameters() {
    return keep(super.parameters());
  }

  @Override
  public ForwardPass forward(List<InferenceSample> samples) {
    return new Pass(super.forward(samples));
  }

  @Override
  public ForwardPass forwardFromInputs(List<InferenceSample> samples) {
    return new Pass(super.forwardFromInputs(samples));
  }

  @Override
  public float[] weights(int parameter) {
    return super.weights(kept[parameter]);
  }

  @Override
  public Replacement replace(Map<Integer, float[]> values) {
    Map<Integer, float[]> inner = new HashMap<>();
    values.forEach((parameter, array) -> inner.put(kept[parameter], array));
    return super.replace(inner);
  }

  private <T> List<T> keep(List<T> all) {
    return IntStream.of(kept).mapToObj(all::get).toList();
  }

  private final class Pass extends ForwardingPass {
    Pass(ForwardPass pass) {
      super(pass);
    }

    @Override
    public List<UnitSums> backward(float[] vector) {
      return keep(super.backward(vector));
    }

    @Override
    public List<float[]> absolute(float[] vector) {
      return keep(super.absolute(vector));
    }

    @Override
    public List<float[]> gradients(float[] vector) {
      return keep(super.gradients(vector));
    }
  }
}
