package io.gradwatch.sample.payload;

import io.gradwatch.sample.MalformedSampleException;

/**
 * What is no tensor of numbers. It costs the message only where the model needs it: texts beside
 * the features are usual.
 *
 * @param reason what was found, where, and what was expected
 */
record UnreadableTensor(String name, String reason) implements PayloadTensor {
  @Override
  public BatchTensor elements() throws MalformedSampleException {
    throw new MalformedSampleException(reason);
  }
}
