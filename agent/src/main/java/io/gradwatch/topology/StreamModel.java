package io.gradwatch.topology;

import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.DriftSettings;
import io.gradwatch.sample.SampleReader;
import io.gradwatch.sample.Selection;
import io.gradwatch.sample.SourceTopics;
import io.gradwatch.window.JoinSettings;
import io.gradwatch.window.LabelSource;
import io.gradwatch.window.WindowSettings;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.streams.AutoOffsetReset;
import org.jspecify.annotations.Nullable;

/**
 * One watched model, as the topologies need it.
 *
 * @param name key of all its records
 * @param topics inference topics that carry its samples
 * @param startFrom where its topics are read from when nothing is committed yet
 * @param eventTimeHeader header that holds the event time in milliseconds since 1970-01-01 UTC;
 *     null for the record's own timestamp
 * @param reader makes samples of its records
 * @param window how traffic is cut
 * @param drift when somebody is told
 * @param baseline a baseline that was given; null to make one of the first windows
 * @param selection which records of its topics are its own
 * @param labelSamples labelled rows of a window that a concept score is made of (k_l); 0 for none
 * @param labels where labels come from; null for the requests themselves
 * @param join by which id its records are joined; null where they are not
 * @param reference what the traffic is compared with apart from the alarm; null for nothing
 */
public record StreamModel(
    String name,
    SourceTopics topics,
    AutoOffsetReset startFrom,
    @Nullable String eventTimeHeader,
    SampleReader reader,
    WindowSettings window,
    DriftSettings drift,
    @Nullable Baseline baseline,
    Selection selection,
    int labelSamples,
    @Nullable LabelSource labels,
    @Nullable JoinSettings join,
    @Nullable Baseline reference) {
  /** All topics that it reads, those of its responses among them. */
  public List<SourceTopics> sources() {
    JoinSettings settings = join;
    return settings == null ? List.of(topics) : settings.sources(topics);
  }

  /** Whether a topic is one of these. */
  Predicate<String> isSource() {
    return sources().stream().map(SourceTopics::filter).reduce(topic -> false, Predicate::or);
  }

  /** Whether its requests are joined with responses. */
  boolean joinsResponses() {
    return join != null && join.responses();
  }
}
