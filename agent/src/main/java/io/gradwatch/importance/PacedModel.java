package io.gradwatch.importance;

import io.gradwatch.sample.InferenceSample;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A model whose passes keep to a {@link Pace}, whoever asks for them. */
final class PacedModel implements DifferentiableModel {
  private final DifferentiableModel model;
  private final Pace pace;

  PacedModel(DifferentiableModel model, Pace pace) {
    this.model = model;
    this.pace = pace;
  }

  @Override
  public ForwardPass forward(List<InferenceSample> samples) {
    pace.pass();
    return model.forward(samples);
  }

  @Override
  public ForwardPass forwardFromInputs(List<InferenceSample> samples) {
    pace.pass();
    return model.forwardFromInputs(samples);
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
  public OptionalInt arrays() {
    return model.arrays();
  }

  @Override
  public void close() {
    model.close();
  }
}
