package io.gradwatch.sample.payload;

import io.gradwatch.sample.MalformedSampleException;

/** A named tensor of a message: its elements, or why they cannot be read. */
sealed interface PayloadTensor permits BatchTensor, UnreadableTensor {
  /** Under which it was sent. */
  String name();

  /** The elements. */
  BatchTensor elements() throws MalformedSampleException;
}
