package io.gradwatch.sample;

import java.util.List;

/** Makes samples of records. Implementations are pure and callable on any thread. */
@FunctionalInterface
public interface SampleReader {
  /**
   * Reads the rows of one record.
   *
   * @return the rows in their order; none where the record is a response on its own, which is
   *     neither a sample nor a mistake
   * @throws MalformedSampleException if the record is no request that can be read
   */
  List<InferenceSample> read(Payload payload) throws MalformedSampleException;

  /**
   * Reads a request or a response.
   *
   * @param response whether it is known to be one: the bytes alone do not always tell
   * @throws MalformedSampleException if it is neither
   */
  default Message message(Payload payload, boolean response) throws MalformedSampleException {
    return new Message(read(payload), null);
  }

  /** What a record is, as far as its headers tell. */
  default Message.Kind kind(Payload payload) {
    return Message.Kind.UNKNOWN;
  }

  /** Reads the rows of a value without headers. */
  default List<InferenceSample> read(byte[] value) throws MalformedSampleException {
    return read(Payload.of(value));
  }
}
