package io.gradwatch.config;

import io.gradwatch.drift.DriftSettings;
import io.gradwatch.importance.ImageShape;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.layout.ModelLocation;
import io.gradwatch.sample.Selection;
import io.gradwatch.sample.SourceTopics;
import io.gradwatch.sample.payload.PayloadSettings;
import io.gradwatch.window.LabelSource;
import io.gradwatch.window.WindowSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One watched model.
 *
 * @param name unique in the configuration; {@code name@value} for a segment
 * @param location where its file lies
 * @param output which of its outputs is watched
 * @param topics that its inference requests come from
 * @param startFrom where in the topics to start
 * @param eventTimeHeader header that holds the event time in milliseconds since 1970-01-01 UTC;
 *     null for the record's own timestamp
 * @param payload how its records are read
 * @param baseline file of an approved baseline; null makes one of the first windows
 * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param selection which records of its topics are its own
 * @param labels where its labels come from; null for the requests themselves
 * @param reference file of a baseline that its traffic is compared with apart from the alarm; null
 *     for none
 * @param showSamples whether people may see what its samples hold
 * @param image how the values of its first input form an image; null leaves it to their shape
 */
public record ModelSettings(
    String name,
    ModelLocation location,
    OutputPick output,
    SourceTopics topics,
    StartFrom startFrom,
    @Nullable String eventTimeHeader,
    PayloadSettings payload,
    @Nullable Path baseline,
    String device,
    WindowSettings window,
    ImportanceSettings importance,
    DriftSettings drift,
    Selection selection,
    @Nullable LabelSource labels,
    @Nullable Path reference,
    boolean showSamples,
    @Nullable ImageShape image) {
  public ModelSettings {
    if (!importance.methods().contains(drift.method())) {
      throw new IllegalArgumentException(
          "alarm-on is %s, must be one of methods".formatted(drift.method().label()));
    }
    if (labels != null && importance.labelSamples() == 0) {
      throw new IllegalArgumentException(
          "labels-topic is %s, but label-samples is 0: say how many labelled rows a concept score is made of"
              .formatted(labels.topic()));
    }
    if (importance.microBatch() > window.samples()) {
      throw new IllegalArgumentException(
          "micro-batch is %d, must be at most samples, %d"
              .formatted(importance.microBatch(), window.samples()));
    }
  }

  /** The name that the file gives it, shared by all segments of a model. */
  public String configuredName() {
    Selection.Segment segment = selection.segment();
    return segment == null ? name : segment.model();
  }
}
