package io.gradwatch.sample;

import java.util.List;

/** A wire format of inference requests. Implementations are pure and callable on any thread. */
@FunctionalInterface
public interface PayloadFormat {
  /**
   * Reads the rows of one message.
   *
   * @param payload the value of the record
   * @return the rows, at least one
   * @throws MalformedSampleException if the payload is not of this format
   */
  List<InferenceSample> parse(byte[] payload) throws MalformedSampleException;
}
