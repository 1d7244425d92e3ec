package io.gradwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.sample.Payload;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.SampleKey;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
  @Test
  void carriesTheHeadersThatTheValueIsReadWith() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("ce_id", bytes("first")).add("ce_id", bytes("e-1")).add("empty", null);
    Record<byte[], byte[]> record = new Record<>(null, bytes("{}"), 0, headers);

    SamplesRecord sample = Envelope.sample(new SampleKey(1, "t", 0, 7), 5, 1, record);

    Payload received = Envelope.payload(sample.getSample());
    Payload sent = RecordFields.payload(record.value(), record.headers());
    assertThat(received.value()).isEqualTo(sent.value());
    assertThat(received.header("ce_id")).isEqualTo(sent.header("ce_id")).isEqualTo("e-1");
    assertThat(received.header("other")).isEqualTo(sent.header("other")).isNull();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
