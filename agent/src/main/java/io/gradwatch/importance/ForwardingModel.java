package io.gradwatch.importance;

import io.gradwatch.sample.InferenceSample;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A model that asks another one; whoever extends it changes what it needs. */
class ForwardingModel implements DifferentiableModel {
  private final DifferentiableModel model;

  ForwardingModel(DifferentiableModel model) {
    this.model = model;
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
    return model.parameters();
  }

  @Override
  public String output() {
    return model.output();
  }

  @Override
  public Batching batching(List<InferenceSample> samples) {
    return model.batching(samples);
  }

  @Override
  public OptionalInt arrays() {
    return model.arrays();
  }

  @Override
  public ForwardPass forward(List<InferenceSample> samples) {
    return model.forward(samples);
  }

  @Override
  public ForwardPass forwardFromInputs(List<InferenceSample> samples) {
    return model.forwardFromInputs(samples);
  }

  @Override
  public float[] weights(int parameter) {
    return model.weights(parameter);
  }

  @Override
  public Replacement replace(Map<Integer, float[]> values) {
    return model.replace(values);
  }

  @Override
  public OptionalLong freeBytes() {
    return model.freeBytes();
  }

  @Override
  public void close() {
    model.close();
  }

  /** A pass that asks another one. */
  static class ForwardingPass implements ForwardPass {
    private final ForwardPass pass;

    ForwardingPass(ForwardPass pass) {
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
      return pass.backward(vector);
    }

    @Override
    public List<float[]> absolute(float[] vector) {
      return pass.absolute(vector);
    }

    @Override
    public List<float[]> gradients(float[] vector) {
      return pass.gradients(vector);
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
