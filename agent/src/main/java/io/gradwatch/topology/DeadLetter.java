package io.gradwatch.topology;

import io.gradwatch.sample.Refusal;
import io.gradwatch.window.SampleKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A refused record as it was received, with headers that say what was wrong and where it came from:
 * {@code gradwatch.reason}, {@code .message}, {@code .model}, {@code .topic}, {@code .partition},
 * {@code .offset}, {@code .timestamp}, {@code .size}.
 *
 * <p>Of one that is too long for the topic, key and value are cut and its own headers are left out:
 * a record that the broker refuses would end the stream thread, again and again.
 */
final class DeadLetter {
  private static final int CUT_BYTES = 1024;
  private static final int MESSAGE_CHARACTERS = 500;

  private DeadLetter() {}

  /**
   * The record for the dead-letter topic.
   *
   * @param maxBytes of a whole record, see {@link RecordFields#size}
   * @param now its timestamp; the original one could be so old that retention deletes it at once
   */
  static Record<Object, Object> of(
      Record<byte[], byte[]> refused,
      SampleKey key,
      String model,
      Refusal reason,
      String message,
      int maxBytes,
      long now) {
    long size = RecordFields.size(refused);
    boolean whole = size <= maxBytes;
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("gradwatch.reason", reason.label());
    facts.put("gradwatch.message", start(message));
    facts.put("gradwatch.model", model);
    facts.put("gradwatch.topic", key.topic());
    facts.put("gradwatch.partition", Integer.toString(key.partition()));
    facts.put("gradwatch.offset", Long.toString(key.offset()));
    facts.put("gradwatch.timestamp", Long.toString(refused.timestamp()));
    facts.put("gradwatch.size", Long.toString(size));
    Headers headers = whole ? new RecordHeaders(refused.headers()) : new RecordHeaders();
    facts.forEach((name, text) -> headers.add(name, text.getBytes(StandardCharsets.UTF_8)));
    return whole
        ? new Record<>(refused.key(), refused.value(), now, headers)
        : new Record<>(start(refused.key()), start(refused.value()), now, headers);
  }

  private static String start(String message) {
    return message.substring(0, Math.min(message.length(), MESSAGE_CHARACTERS));
  }

  private static byte @Nullable [] start(byte @Nullable [] bytes) {
    return bytes == null ? null : Arrays.copyOf(bytes, Math.min(bytes.length, CUT_BYTES));
  }
}
