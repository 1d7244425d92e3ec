package io.gradwatch.topology;

import io.gradwatch.sample.Refusal;
import io.gradwatch.window.SampleKey;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/**
 * A refused record as it was received, with headers that say what was wrong and where it came from:
 * {@code gradwatch.reason}, {@code .message}, {@code .model}, {@code .topic}, {@code .partition},
 * {@code .offset}, {@code .timestamp}.
 */
final class DeadLetter {
  private DeadLetter() {}

  /**
   * The record for the dead-letter topic.
   *
   * @param now its timestamp; the original one could be so old that retention deletes it at once
   */
  static Record<Object, Object> of(
      Record<byte[], byte[]> refused,
      SampleKey key,
      String model,
      Refusal reason,
      String message,
      long now) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("gradwatch.reason", reason.label());
    facts.put("gradwatch.message", message);
    facts.put("gradwatch.model", model);
    facts.put("gradwatch.topic", key.topic());
    facts.put("gradwatch.partition", Integer.toString(key.partition()));
    facts.put("gradwatch.offset", Long.toString(key.offset()));
    facts.put("gradwatch.timestamp", Long.toString(refused.timestamp()));
    Headers headers = new RecordHeaders(refused.headers());
    facts.forEach((name, text) -> headers.add(name, text.getBytes(StandardCharsets.UTF_8)));
    return new Record<>(refused.key(), refused.value(), now, headers);
  }
}
