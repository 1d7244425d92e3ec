package io.gradwatch.agent;

import io.gradwatch.config.ModelSettings;
import io.gradwatch.sample.payload.PayloadReader;
import java.io.IOException;

/** What reads the records of the configured models. */
public final class Readers {
  private Readers() {}

  /**
   * The reader of a model.
   *
   * @throws StartException if the file of its schema cannot be used
   */
  public static PayloadReader of(ModelSettings model) {
    try {
      return model.payload().open();
    } catch (IOException e) {
      throw new StartException(
          "model %s: avro-schema: %s".formatted(model.name(), e.getMessage()), e);
    }
  }
}
