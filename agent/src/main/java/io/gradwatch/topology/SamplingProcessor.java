package io.gradwatch.topology;

import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Message;
import io.gradwatch.sample.Priority;
import io.gradwatch.sample.Refusal;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.Admission.Kind;
import io.gradwatch.window.SampleKey;
import io.gradwatch.window.Watermarks.Source;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Admits records to the bottom-k sample of their window and partition, without parsing the others,
 * and forwards the partition's watermark whenever it passes the close time of a window.
 *
 * <p>Its thresholds and watermarks live in memory: losing them costs a few records more that are
 * forwarded, and changes no sample.
 */
final class SamplingProcessor extends ContextualProcessor<byte[], byte[], Object, Object> {
  private static final Duration TICK = Duration.ofMillis(500);

  private final List<StreamModel> models;
  private final Map<String, List<StreamModel>> modelsByTopic = new HashMap<>();
  private final long seed;
  private final SourceView.Feed sources;
  private final Metrics metrics;

  private final Map<Source, Partition> partitions = new HashMap<>();
  private @Nullable Partition last;

  SamplingProcessor(List<StreamModel> models, long seed, SourceView.Feed sources, Metrics metrics) {
    this.models = List.copyOf(models);
    this.seed = seed;
    this.sources = sources;
    this.metrics = metrics;
  }

  /** One source partition: its priorities, how far it was read, and each model that reads it. */
  private static final class Partition {
    final Source source;
    final Priority priority;
    final List<Route> routes;
    final List<OutsideSegments> outside;
    long position = -1;

    Partition(Source source, long seed, List<StreamModel> models, long now) {
      this.source = source;
      this.priority = new Priority(seed, source.topic(), source.partition());
      Set<String> accounts = new HashSet<>();
      this.routes =
          models.stream()
              .map(model -> new Route(model, source.topic(), seed, accounts, now))
              .toList();
      this.outside =
          OutsideSegments.of(
              models.stream()
                  .filter(model -> model.topics().filter().test(source.topic()))
                  .toList());
    }
  }

  @Override
  public void init(ProcessorContext<Object, Object> context) {
    super.init(context);
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata metadata = context().recordMetadata().orElseThrow();
    long now = context().currentSystemTimeMs();
    Partition partition = partition(metadata.topic(), metadata.partition(), now);
    partition.position = metadata.offset() + 1;
    SampleKey key =
        new SampleKey(
            partition.priority.of(metadata.offset()),
            metadata.topic(),
            metadata.partition(),
            metadata.offset());
    Arrival arrival = new Arrival(key, record);
    for (Route route : partition.routes) {
      sample(route, arrival, now);
      forwardWatermark(partition, route, false);
    }
    partition.outside.forEach(segments -> segments.look(arrival));
  }

  private void sample(Route route, Arrival arrival, long now) {
    Record<byte[], byte[]> record = arrival.record();
    Set<Kind> kinds = route.joining.kinds(arrival);
    int size = record.value() == null ? 0 : record.value().length;
    long eventTime = EventTime.of(record, route.model.eventTimeHeader());
    if (!route.joining.mayTake(arrival, kinds)) {
      if (route.admission.passBy(eventTime, now)) {
        route.lastRecordAt = now;
      }
      return;
    }
    route.lastRecordAt = now;
    route.count(kinds);
    long priority = route.joining.key(arrival).priority();
    switch (route.admission.consider(kinds, eventTime, priority, size, now)) {
      case ADMIT -> admit(route, arrival, kinds, eventTime, now);
      case PASS -> {}
      case LATE -> route.late++;
      case TOO_LARGE -> refuseTooLarge(route, arrival, size, now);
      case BAD_TIME -> {
        String message =
            "no event time after 1970-01-01T00:00Z in the record's timestamp or header";
        refuse(route, arrival, Refusal.BAD_TIME, message, now);
      }
      case FUTURE -> {
        String message = "event time is %d ms ahead of the clock, max-future-skew is %d ms";
        long limit = route.model.window().maxFutureSkew().toMillis();
        refuse(route, arrival, Refusal.FUTURE, message.formatted(eventTime - now, limit), now);
      }
    }
  }

  private void refuseTooLarge(Route route, Arrival arrival, long size, long now) {
    String message = "%d bytes, payload-max-bytes is %d";
    int limit = route.model.window().payloadMaxBytes();
    refuse(route, arrival, Refusal.TOO_LARGE, message.formatted(size, limit), now);
  }

  private void admit(Route route, Arrival arrival, Set<Kind> kinds, long eventTime, long now) {
    // Key and headers are forwarded as well, and no record may be longer than its topic takes.
    long size = RecordFields.size(arrival.record());
    if (size > route.model.window().payloadMaxBytes()) {
      refuseTooLarge(route, arrival, size, now);
      return;
    }
    try {
      Message message = arrival.message(route.model.reader(), !kinds.contains(Kind.REQUEST));
      forward(route, arrival, message, kinds, eventTime);
    } catch (MalformedSampleException e) {
      refuse(route, arrival, Refusal.MALFORMED, String.valueOf(e.getMessage()), now);
    }
  }

  private void forward(
      Route route, Arrival arrival, Message message, Set<Kind> kinds, long eventTime) {
    Kind kind = message.response() == null ? Kind.REQUEST : Kind.RESPONSE;
    String id = route.joining.id(arrival, message);
    SampleKey key = route.joining.key(arrival, id);
    int rows = route.model.selection().rows(message.rows()).size();
    boolean isNone = kind == Kind.REQUEST && rows == 0;
    // Some ids and kinds are known only now.
    boolean wanted = kinds.contains(kind) && !isNone;
    if (!wanted || !route.admission.admits(kind, eventTime, key.priority())) {
      return;
    }
    if (kind == Kind.RESPONSE && id == null) {
      metrics.add(Metric.RESPONSES_UNJOINED, 1, route.account, Unjoined.NO_ID);
      return;
    }
    route.admission.admitted(kind, eventTime, key.priority());
    if (kind == Kind.RESPONSE && id != null) {
      forward(route, Envelope.response(key, eventTime, id, arrival.record()));
    } else {
      route.admitted++;
      forward(route, Envelope.sample(key, eventTime, rows, id, arrival.record()));
    }
  }

  private void refuse(Route route, Arrival arrival, Refusal reason, String message, long now) {
    if (!arrival.refuse(route.account)) {
      return;
    }
    metrics.add(Metric.SAMPLES_REFUSED, 1, route.account, reason.label());
    if (route.admission.isDeadLetter(reason, arrival.key().priority())) {
      context()
          .forward(
              DeadLetter.of(
                  arrival.record(),
                  arrival.key(),
                  route.account,
                  reason,
                  message,
                  route.model.window().payloadMaxBytes(),
                  now),
              SamplingTopology.DEAD_LETTERS);
    }
  }

  private void forwardWatermark(Partition partition, Route route, boolean idle) {
    route
        .admission
        .crossed()
        .ifPresent(time -> forward(route, Envelope.watermark(partition.source, time, idle)));
  }

  private void forward(Route route, SamplesRecord value) {
    context()
        .forward(
            new Record<>(route.model.name(), value, context().currentSystemTimeMs()),
            SamplingTopology.SAMPLES);
  }

  private void tick(long now) {
    SourceView view = sources.get();
    for (Source source : view.partitions(topic -> !readers(topic).isEmpty())) {
      // A task reads the partition of its own number of every topic.
      if (source.partition() == context().taskId().partition()) {
        partition(source.topic(), source.partition(), now);
      }
    }
    for (Partition partition : partitions.values()) {
      for (Route route : partition.routes) {
        if (isIdle(partition, route, view)) {
          route.admission.idle(view.asked());
          forwardWatermark(partition, route, true);
        }
        route.publish(metrics);
      }
      partition.outside.forEach(segments -> segments.publish(metrics));
    }
  }

  /**
   * Whether, when the broker was asked, the partition had been read to its end and nothing had come
   * for the model's idle timeout. Of what came after that, a process that was cut off or stopped
   * knows nothing.
   */
  private static boolean isIdle(Partition partition, Route route, SourceView view) {
    SourceView.Ends ends = view.ends().get(partition.source);
    return ends != null
        && Math.max(partition.position, ends.committed()) >= ends.end()
        && view.asked() - route.lastRecordAt >= route.model.window().idleTimeout().toMillis();
  }

  @Override
  public void close() {
    for (Partition partition : partitions.values()) {
      partition.routes.forEach(route -> route.publish(metrics));
      partition.outside.forEach(segments -> segments.publish(metrics));
    }
    partitions.clear();
    last = null;
  }

  private Partition partition(String topic, int number, long now) {
    Partition same = last;
    if (same != null && same.source.partition() == number && same.source.topic().equals(topic)) {
      return same;
    }
    same =
        partitions.computeIfAbsent(
            new Source(topic, number), source -> new Partition(source, seed, readers(topic), now));
    last = same;
    return same;
  }

  private List<StreamModel> readers(String topic) {
    return modelsByTopic.computeIfAbsent(
        topic, name -> models.stream().filter(model -> model.isSource().test(name)).toList());
  }
}
