package io.gradwatch.report.document;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.importance.Contributors.TopParameter;
import io.gradwatch.importance.Contributors.TopSample;
import io.gradwatch.recommend.Recommendation;
import io.gradwatch.report.document.Example.Seen;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The report of one model over a stretch of time.
 *
 * @param format version of the JSON form, {@value #FORMAT}
 * @param model the model's configured name
 * @param source where it was read
 * @param from what was asked for; null for all that is there
 * @param to likewise
 * @param release of Gradwatch that wrote it
 * @param findings what it is made of
 * @param summary what happened
 * @param implications what follows
 * @param steps what to do
 * @param examples samples that contributed most, the largest share first
 * @param recommendation what to prune and to protect; null unless asked for
 * @param filters of the model's first layer; null where they are not known
 * @param observations that it is of
 */
public record Report(
    int format,
    String model,
    String source,
    @Nullable String from,
    @Nullable String to,
    String release,
    @JsonIgnore Findings findings,
    List<Sentence> summary,
    List<Sentence> implications,
    List<Step> steps,
    List<Example> examples,
    @JsonIgnore @Nullable Recommendation recommendation,
    @JsonIgnore @Nullable Filters filters,
    @JsonIgnore Observations observations) {
  public static final int FORMAT = 1;

  public Report {
    summary = List.copyOf(summary);
    implications = List.copyOf(implications);
    steps = List.copyOf(steps);
    examples = List.copyOf(examples);
  }

  /**
   * Puts it together.
   *
   * @param recommendation what to prune and to protect; null unless asked for
   * @param filters of the model's first layer; null where they are not known
   * @param values what a sample holds; null where nobody may see it
   */
  public static Report of(
      Observations seen,
      String release,
      @Nullable Recommendation recommendation,
      @Nullable Filters filters,
      Function<TopSample, @Nullable Seen> values) {
    Findings found = Findings.of(seen);
    List<TopSample> samples =
        found.contributors() == null ? List.of() : found.contributors().samples();
    return new Report(
        FORMAT,
        seen.model(),
        seen.source(),
        text(seen.from()),
        text(seen.to()),
        release,
        found,
        Narrative.summary(found),
        Narrative.implications(found),
        Step.of(found),
        samples.stream().map(sample -> example(sample, values.apply(sample))).toList(),
        recommendation,
        filters,
        seen);
  }

  private static Example example(TopSample sample, @Nullable Seen values) {
    return new Example(
        sample.reference() == null ? "" : sample.reference().text(),
        sample.id() == null ? "" : sample.id(),
        Figure.percent("", sample.share(), "").text(),
        values);
  }

  private static @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }

  /** The most urgent verdict. */
  @JsonProperty
  public Verdict verdict() {
    return findings.verdicts().get(0);
  }

  /** All verdicts, the most urgent first. */
  @JsonProperty
  public List<Verdict> verdicts() {
    return findings.verdicts();
  }

  /** Every number that a sentence may say. */
  @JsonProperty
  public Collection<Figure> figures() {
    return findings.figures().values();
  }

  /** The groups under suspicion. */
  @JsonProperty
  public List<GroupFinding> groups() {
    return findings.groups();
  }

  /** Single parameters that contributed most. */
  @JsonProperty
  public List<TopParameter> parameters() {
    return findings.contributors() == null ? List.of() : findings.contributors().parameters();
  }

  /** What the pictures show, for programs. */
  @JsonProperty
  public List<Point> timeline() {
    return observations.traffic().stream().map(Point::of).toList();
  }

  /**
   * A window of the timeline.
   *
   * @param start event time, or the number of the window times its length
   * @param status where the model stood after it
   * @param evidence over the limit that pages
   */
  public record Point(long start, long end, String status, double evidence) {
    static Point of(DriftReading reading) {
      return new Point(reading.start(), reading.end(), reading.status().name(), reading.evidence());
    }
  }
}
