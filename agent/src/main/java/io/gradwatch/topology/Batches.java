package io.gradwatch.topology;

import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.SampleReader;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.Population;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.SampleDigest;
import io.gradwatch.window.SampleKey;
import io.gradwatch.window.SampleReference;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Puts the stored records of a closed window together into the batch that the importance stage
 * takes.
 */
final class Batches {
  private Batches() {}

  /**
   * The batch of a span: its rows in priority order until k.
   *
   * @param windows the sampled records of each window in the span
   */
  static SampleBatch of(
      StreamModel model,
      long start,
      long end,
      NavigableMap<Long, NavigableMap<SampleKey, SamplesRecord>> windows) {
    int k = model.window().samples();
    NavigableMap<SampleKey, SamplesRecord> merged = new TreeMap<>();
    double population = 0;
    for (NavigableMap<SampleKey, SamplesRecord> window : windows.values()) {
      merged.putAll(window);
      population += Population.estimate(window.navigableKeySet(), k);
    }
    List<InferenceSample> rows = new ArrayList<>(k);
    List<SampleReference> references = new ArrayList<>(k);
    SampleDigest digest = new SampleDigest();
    for (var record : merged.entrySet()) {
      if (rows.size() >= k) {
        break;
      }
      List<InferenceSample> parsed = parse(record.getValue(), model.reader());
      List<InferenceSample> own = model.selection().rows(parsed);
      for (InferenceSample row : own.subList(0, Math.min(own.size(), k - rows.size()))) {
        rows.add(row);
        references.add(reference(record.getKey(), place(row, parsed)));
      }
      digest.add(record.getKey());
    }
    return new SampleBatch(
        model.name(), start, end, rows, population, digest.hex(), false, references);
  }

  private static SampleReference reference(SampleKey key, int row) {
    return new SampleReference(key.topic(), key.partition(), key.offset(), row);
  }

  /** The place of this very row. */
  @SuppressWarnings("ReferenceEquality") // another row may be equal to it
  private static int place(InferenceSample row, List<InferenceSample> rows) {
    return IntStream.range(0, rows.size()).filter(i -> rows.get(i) == row).findFirst().orElse(0);
  }

  private static List<InferenceSample> parse(SamplesRecord record, SampleReader reader) {
    try {
      return reader.read(Envelope.payload(record.getSample()));
    } catch (MalformedSampleException e) {
      throw new IllegalStateException(
          "the sampling application admitted what this one cannot read: run the same release and configuration",
          e);
    }
  }
}
