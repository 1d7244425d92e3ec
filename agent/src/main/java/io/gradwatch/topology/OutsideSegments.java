package io.gradwatch.topology;

import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.sample.SampleReader;
import io.gradwatch.sample.Selection;
import io.gradwatch.sample.Selection.Outside;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts the records that are a model's but in none of its segments, once each, on one source
 * partition. Where the segment is known from the value alone, only records that were parsed count.
 */
final class OutsideSegments {
  private final String model;
  private final Selection selection;
  private final SampleReader reader;
  private final Map<Outside, Long> counts = new EnumMap<>(Outside.class);

  private OutsideSegments(Selection.Segment segment, Selection selection, SampleReader reader) {
    this.model = segment.model();
    this.selection = selection;
    this.reader = reader;
    for (Outside reason : Outside.values()) {
      counts.put(reason, 0L);
    }
  }

  /** One for each model that has segments. */
  static List<OutsideSegments> of(List<StreamModel> models) {
    Set<String> seen = new HashSet<>();
    List<OutsideSegments> all = new ArrayList<>();
    for (StreamModel model : models) {
      Selection.Segment segment = model.selection().segment();
      if (segment != null && seen.add(segment.model())) {
        all.add(new OutsideSegments(segment, model.selection(), model.reader()));
      }
    }
    return all;
  }

  /** Looks at a record after its segments did. */
  void look(Arrival arrival) {
    selection
        .outside(arrival::text, arrival.parsed(reader))
        .ifPresent(reason -> counts.merge(reason, 1L, Long::sum));
  }

  void publish(Metrics metrics) {
    counts.forEach(
        (reason, count) ->
            metrics.add(Metric.SAMPLES_OUTSIDE_SEGMENTS, (double) count, model, reason.label()));
    counts.replaceAll((reason, count) -> 0L);
  }
}
