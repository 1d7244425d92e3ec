package io.gradwatch.report.document;

import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import io.gradwatch.importance.Contributors.TopParameter;
import io.gradwatch.recommend.Recommendation;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A report as a page of HTML, without scripts and outside resources, or as Markdown: what the
 * templates see.
 *
 * @param report in words and numbers
 * @param timeline null without a reading, as all pictures
 * @param scales how much each group matters, window by window
 * @param shapes how much other units carry it; null where no group has a shape
 * @param change before and after
 * @param features what the predictions hung on; null where that was not computed twice
 * @param parameters that contributed most
 * @param advice what to prune and to protect; null unless asked for
 */
public record Page(
    Report report,
    @Nullable Timeline timeline,
    @Nullable HeatMap scales,
    @Nullable HeatMap shapes,
    @Nullable BeforeAfter change,
    @Nullable FeatureBars features,
    List<Scalar> parameters,
    @Nullable Advice advice) {
  /** Groups whose units and parameters are told; those of the others follow from theirs. */
  private static final int UNIT_GROUPS = 3;

  private static final String[][] MARKDOWN = {
    {"\\", "\\\\"}, {"`", "'"}, {"|", "\\|"}, {"<", "&lt;"}, {"\n", " "}, {"\r", " "}
  };

  /** A single parameter. */
  record Scalar(String name, String share) {
    static Scalar of(TopParameter parameter) {
      return new Scalar(
          parameter.tensor() + (parameter.position().isEmpty() ? "" : parameter.position()),
          String.format(Locale.ROOT, "%.1f %%", 100 * parameter.share()));
    }
  }

  /** With the pictures of a report. */
  public static Page of(Report report) {
    Observations seen = report.observations();
    List<String> foremost =
        report.groups().stream().limit(UNIT_GROUPS).map(GroupFinding::name).toList();
    List<Scalar> parameters =
        report.parameters().stream()
            .filter(parameter -> foremost.contains(parameter.group()))
            .map(Scalar::of)
            .toList();
    Recommendation recommendation = report.recommendation();
    Advice advice = recommendation == null ? null : Advice.of(recommendation);
    if (seen.traffic().isEmpty()) {
      return new Page(report, null, null, null, null, null, parameters, advice);
    }
    HeatMap scales = HeatMap.ofScales(seen);
    HeatMap shapes = HeatMap.ofShapes(seen);
    BeforeAfter change = BeforeAfter.of(seen);
    FeatureBars features = FeatureBars.of(seen, BeforeAfter.turn(seen));
    return new Page(
        report,
        Timeline.of(seen),
        scales.rows().isEmpty() ? null : scales,
        shapes.rows().isEmpty() ? null : shapes,
        change.rows().isEmpty() ? null : change,
        features.rows().isEmpty() ? null : features,
        parameters,
        advice);
  }

  /** One self-contained page. */
  public String html() {
    return template(Mustache.compiler().withEscaper(Escapers.HTML), "report.html");
  }

  /** The words and tables. */
  public String markdown() {
    return template(Mustache.compiler().withEscaper(Escapers.simple(MARKDOWN)), "report.md");
  }

  private String template(Mustache.Compiler compiler, String name) {
    try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream(name), name);
        InputStreamReader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      Template template =
          compiler.nullValue("").zeroIsFalse(true).emptyStringIsFalse(true).compile(reader);
      return template.execute(this);
    } catch (IOException e) {
      throw new UncheckedIOException("the installation is damaged: " + name, e);
    }
  }

  /** Of the report, short enough for a title. */
  public String status() {
    return report.findings().status() == null
        ? "unknown"
        : report.findings().status().name().toLowerCase(Locale.ROOT);
  }

  /** Whether there are concrete samples. */
  public boolean hasExamples() {
    return !report.examples().isEmpty();
  }

  /** Whether their values may be seen. */
  public boolean showsValues() {
    return report.examples().stream().anyMatch(example -> example.seen() != null);
  }

  /** Whether there are pictures of them. */
  public boolean showsPictures() {
    return report.examples().stream()
        .anyMatch(example -> example.seen() != null && example.seen().picture() != null);
  }

  /** Whether single parameters are known. */
  public boolean hasParameters() {
    return !parameters.isEmpty();
  }

  /** A unit of a group under suspicion. */
  record UnitRow(String group, String unit, String normal, String share) {}

  /** The units whose share of a group under suspicion changed most. */
  List<UnitRow> unitRows() {
    return report.groups().stream()
        .limit(UNIT_GROUPS)
        .flatMap(
            group ->
                group.units().stream()
                    .map(
                        unit ->
                            new UnitRow(
                                group.name(),
                                unit.name(),
                                unit.normal().text(),
                                unit.share().text())))
        .toList();
  }

  /** Whether there are any. */
  boolean hasUnits() {
    return !unitRows().isEmpty();
  }
}
