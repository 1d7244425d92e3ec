package io.gradwatch.importance;

import io.gradwatch.sample.InferenceSample;
import java.util.List;

/** A model whose passes keep to a {@link Pace}, whoever asks for them. */
final class PacedModel extends ForwardingModel {
  private final Pace pace;

  PacedModel(DifferentiableModel model, Pace pace) {
    super(model);
    this.pace = pace;
  }

  @Override
  public Batching batching(List<InferenceSample> samples) {
    pace.pass();
    return super.batching(samples);
  }

  @Override
  public ForwardPass forward(List<InferenceSample> samples) {
    pace.pass();
    return super.forward(samples);
  }

  @Override
  public ForwardPass forwardFromInputs(List<InferenceSample> samples) {
    pace.pass();
    return super.forwardFromInputs(samples);
  }
}
