package io.gradwatch.topology;

import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.importance.LabelledRows;
import io.gradwatch.importance.Mailbox.Offer;
import io.gradwatch.importance.Outcome;
import io.gradwatch.sample.Field;
import io.gradwatch.sample.Priority;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.LabelSource;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.SampleKey;
import io.gradwatch.window.Watermarks.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The model, the samples and the device of which releases leave their bytes; and with which later
 * ones go on.
 */
final class ReleasedTraffic {
  /** Start of the first window. */
  static final long T = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();

  private static final Source SOURCE = new Source(Traffic.TOPIC, 0);

  private ReleasedTraffic() {}

  /** The model, with labels that may come a minute late. */
  static StreamModel model() {
    Duration wait = Duration.ofMinutes(1);
    return Traffic.labelled(4, new LabelSource("digits.labels", new Field.Key(), wait, 1 << 20));
  }

  /** What comes before the first window. */
  static SamplesRecord before() {
    return Envelope.watermark(SOURCE, T - 1, false);
  }

  /**
   * The samples of a window with their labels, and what closes it.
   *
   * @param idle whether the source is said to be idle after it
   */
  static List<SamplesRecord> window(int window, boolean idle) {
    List<SamplesRecord> records = new ArrayList<>();
    long start = T + window * Traffic.SIZE;
    for (int i = 0; i <= Traffic.K; i++) {
      int offset = 100 * window + i;
      SampleKey key =
          new SampleKey(new Priority(0, Traffic.TOPIC, 0).of(offset), Traffic.TOPIC, 0, offset);
      // The last one is of the next window.
      long time = i < Traffic.K ? start + i : start + Traffic.SIZE + 100;
      Record<byte[], byte[]> record = new Record<>(null, Traffic.request(offset), time);
      records.add(Envelope.sample(key, time, 1, record));
      records.add(Envelope.label(new Source("digits.labels", 0), "" + offset, List.of(i % 2.0)));
    }
    long passed = start + Traffic.SIZE + Traffic.GRACE;
    records.add(Envelope.watermark(SOURCE, passed, idle));
    return records;
  }

  /** One group, whose importance is about {@code scale}. */
  static final class Device extends FakeDevice {
    private final Random noise = new Random(5);
    double scale = 1;

    /** By which the scale grows with each window. */
    double growth = 1;

    @Override
    Outcome outcome(Offer window) {
      scale *= growth;
      return computed(window.batch(), snapshot(window.batch()));
    }

    private Value value() {
      double mean = scale * Math.exp(0.05 * noise.nextGaussian());
      return new Value(mean, 0.01, 1, null);
    }

    private ImportanceSnapshot snapshot(SampleBatch batch) {
      return Traffic.snapshot(
          batch,
          List.of(
              new GroupImportance(
                  "w", 1, 1, Map.of("taylor", value(), "labelled-taylor", value()))),
          batch.labelled()
              ? new LabelledRows(4, Map.of("taylor", List.of(1.0)))
              : new LabelledRows(0, Map.of()));
    }
  }
}
