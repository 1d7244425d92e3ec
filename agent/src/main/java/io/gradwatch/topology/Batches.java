package io.gradwatch.topology;

import io.gradwatch.sample.InferenceResponse;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.SampleReader;
import io.gradwatch.serde.v1.SampledRecord;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.Population;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.SampleDigest;
import io.gradwatch.window.SampleKey;
import io.gradwatch.window.SampleReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
   * @param responses those of requests that were joined, by the keys of these
   */
  static SampleBatch of(
      StreamModel model,
      long start,
      long end,
      NavigableMap<Long, NavigableMap<SampleKey, SamplesRecord>> windows,
      Map<SampleKey, SamplesRecord> responses) {
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
      SampledRecord request = record.getValue().getSample();
      List<InferenceSample> parsed = parse(request, model);
      SamplesRecord response = responses.get(record.getKey());
      if (response != null) {
        parsed = answered(parsed, response.getResponse(), model.reader());
      }
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

  private static List<InferenceSample> parse(SampledRecord request, StreamModel model) {
    try {
      List<InferenceSample> rows = model.reader().read(Envelope.payload(request));
      if (model.join() == null) {
        return rows;
      }
      String id = request.getId().isEmpty() ? null : request.getId();
      return rows.stream().map(row -> row.withId(id)).toList();
    } catch (MalformedSampleException e) {
      throw new IllegalStateException(
          "the sampling application admitted what this one cannot read: run the same release and configuration",
          e);
    }
  }

  /** The rows with their answers; as they were where they have some already. */
  private static List<InferenceSample> answered(
      List<InferenceSample> rows, SampledRecord record, SampleReader reader) {
    InferenceResponse response;
    try {
      response = reader.message(Envelope.payload(record), true).response();
    } catch (MalformedSampleException e) {
      return rows; // written before the configuration changed; the request is good without
    }
    if (response == null) {
      return rows;
    }
    List<InferenceSample> answered = new ArrayList<>(rows.size());
    for (InferenceSample row : rows) {
      answered.add(
          row.served().isEmpty()
              ? row.withServed(
                  response.answer(answered.size(), rows.size()), response.modelVersion())
              : row);
    }
    return answered;
  }
}
