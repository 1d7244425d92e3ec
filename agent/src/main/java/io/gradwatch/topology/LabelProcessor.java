package io.gradwatch.topology;

import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.sample.LabelJson;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Refusal;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.LabelSource;
import io.gradwatch.window.SampleKey;
import io.gradwatch.window.Watermarks.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Reads the labels topics and forwards each label to the partition of its model, where its request
 * is kept.
 */
final class LabelProcessor extends ContextualProcessor<byte[], byte[], Object, Object> {
  /** Dead letters in a minute; a producer gone wrong must not fill the topic. */
  private static final int DEAD_LETTERS_A_MINUTE = 100;

  private static final long MINUTE = 60_000;

  private final Map<String, List<StreamModel>> modelsByTopic = new HashMap<>();
  private final Metrics metrics;
  private long minute;
  private int deadLetters;

  LabelProcessor(List<StreamModel> models, Metrics metrics) {
    for (StreamModel model : models) {
      LabelSource labels = model.labels();
      if (labels != null) {
        modelsByTopic.computeIfAbsent(labels.topic(), topic -> new ArrayList<>()).add(model);
      }
    }
    this.metrics = metrics;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata metadata = context().recordMetadata().orElseThrow();
    for (StreamModel model : modelsByTopic.getOrDefault(metadata.topic(), List.of())) {
      LabelSource labels = Objects.requireNonNull(model.labels(), "it has some");
      metrics.add(Metric.LABELS_SEEN, 1, model.name());
      try {
        forward(model, labels, metadata, record);
      } catch (MalformedSampleException e) {
        refuse(model, metadata, record, String.valueOf(e.getMessage()));
      }
    }
  }

  private void forward(
      StreamModel model, LabelSource labels, RecordMetadata metadata, Record<byte[], byte[]> record)
      throws MalformedSampleException {
    String id = RecordFields.text(labels.id(), record.key(), record.headers());
    if (id == null) {
      throw new MalformedSampleException("the record has no id; expected the request's id");
    }
    int limit = model.window().payloadMaxBytes();
    if (RecordFields.size(record) > limit) {
      throw new MalformedSampleException(
          "%d bytes, payload-max-bytes is %d".formatted(RecordFields.size(record), limit));
    }
    if (record.value() == null) {
      throw new MalformedSampleException("the record has no value; expected a label");
    }
    Source source = new Source(metadata.topic(), metadata.partition());
    SamplesRecord label = Envelope.label(source, id, LabelJson.parse(record.value()));
    context()
        .forward(
            new Record<>(model.name(), label, context().currentSystemTimeMs()),
            SamplingTopology.LABELS_SINK);
  }

  private void refuse(
      StreamModel model, RecordMetadata metadata, Record<byte[], byte[]> record, String message) {
    metrics.add(Metric.LABELS_REFUSED, 1, model.name());
    long now = context().currentSystemTimeMs();
    if (now / MINUTE != minute) {
      minute = now / MINUTE;
      deadLetters = 0;
    }
    if (deadLetters < DEAD_LETTERS_A_MINUTE) {
      deadLetters++;
      SampleKey key = new SampleKey(0, metadata.topic(), metadata.partition(), metadata.offset());
      context()
          .forward(
              DeadLetter.of(
                  record,
                  key,
                  model.name(),
                  Refusal.MALFORMED,
                  message,
                  model.window().payloadMaxBytes(),
                  now),
              SamplingTopology.LABELS_DEAD_LETTERS);
    }
  }
}
