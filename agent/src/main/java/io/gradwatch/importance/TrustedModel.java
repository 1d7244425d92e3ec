package io.gradwatch.importance;

import io.gradwatch.sample.InferenceSample;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A model without the tensors that cannot be trusted: they are computed with and never seen, so
 * that no method can publish a number of theirs.
 */
public final class TrustedModel implements DifferentiableModel {
  private final DifferentiableModel model;

  /** Places of the tensors that are left, in the order of the whole model. */
  private final int[] kept;

  private TrustedModel(DifferentiableModel model, int[] kept) {
    this.model = model;
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
  public ModelVersion version() {
    return model.version();
  }

  @Override
  public String device() {
    return model.device();
  }

  @Override
  public List<Parameter> parameters() {
    return keep(model.parameters());
  }

  @Override
  public Batching batching(List<InferenceSample> samples) {
    return model.batching(samples);
  }

  @Override
  public ForwardPass forward(List<InferenceSample> samples) {
    return new Pass(model.forward(samples));
  }

  @Override
  public ForwardPass forwardFromInputs(List<InferenceSample> samples) {
    return new Pass(model.forwardFromInputs(samples));
  }

  @Override
  public float[] weights(int parameter) {
    return model.weights(kept[parameter]);
  }

  @Override
  public Replacement replace(Map<Integer, float[]> values) {
    Map<Integer, float[]> inner = new HashMap<>();
    values.forEach((parameter, array) -> inner.put(kept[parameter], array));
    return model.replace(inner);
  }

  @Override
  public OptionalLong freeBytes() {
    return model.freeBytes();
  }

  @Override
  public void close() {
    model.close();
  }

  private <T> List<T> keep(List<T> all) {
    return IntStream.of(kept).mapToObj(all::get).toList();
  }

  private final class Pass implements ForwardPass {
    private final ForwardPass pass;

    Pass(ForwardPass pass) {
      this.pass = pass;
    }

    @Override
    public float[] outputs() {
      return pass.outputs();
    }

    @Override
    public int rows() {
      return pass.rows();
    }

    @Override
    public int columns() {
      return pass.columns();
    }

    @Override
    public List<Long> shape() {
      return pass.shape();
    }

    @Override
    public List<UnitSums> backward(float[] vector) {
      return keep(pass.backward(vector));
    }

    @Override
    public List<float[]> absolute(float[] vector) {
      return keep(pass.absolute(vector));
    }

    @Override
    public List<float[]> gradients(float[] vector) {
      return keep(pass.gradients(vector));
    }

    @Override
    public List<float[]> inputGradients(float[] vector) {
      return pass.inputGradients(vector);
    }

    @Override
    public void close() {
      pass.close();
    }
  }
}
