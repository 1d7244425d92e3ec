package io.gradwatch.cli;

import io.gradwatch.cli.BaselineOptions.Opened;
import io.gradwatch.drift.BaselineCatalogue;
import io.gradwatch.drift.GroupBaseline;
import io.gradwatch.drift.ScoreBaseline;
import io.gradwatch.drift.StoredBaseline;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One baseline. */
@Command(
    name = "show",
    description = "Shows a baseline, group by group.",
    footer = {
      "%nExamples:",
      "  gradwatch baseline show --config gradwatch.yaml fraud",
      "  gradwatch baseline show --config gradwatch.yaml fraud 3f2a --format json"
    })
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class BaselineShow implements Callable<Integer> {
  private static final String ROW = "%-40s %12s %10s %10s %10s";

  @Spec private CommandSpec spec;
  @Mixin private BaselineOptions options;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ID",
      description = "its id, or the first digits of it (default: the one that counts)")
  private @Nullable String id;

  @Mixin private FormatOption format;

  @Override
  public Integer call() {
    Opened opened = options.open();
    StoredBaseline stored = options.find(opened, id);
    PrintWriter out = spec.commandLine().getOut();
    if (format.isJson()) {
      out.println(JsonLine.of(stored));
      return 0;
    }
    BaselineCatalogue one = new BaselineCatalogue(null, List.of(stored));
    BaselineRow row = BaselineRow.of(one, opened.settings().drift()).get(0);
    out.printf("baseline %s of %s, version %s%n", row.id(), row.model(), row.version());
    out.printf(
        "%s, %d windows from %s to %s%n", row.origin(), row.windows(), row.start(), row.end());
    out.printf(
        "made %s by %s%s%n", row.created(), row.by(), row.note() == null ? "" : ": " + row.note());
    out.printf("%s%n", row.shortcoming() == null ? "carries the budget" : row.shortcoming());
    out.println(ROW.formatted("GROUP", "IMPORTANCE", "DEVIATION", "SHAPE", "DEVIATION"));
    stored.baseline().groups().forEach(group -> out.println(line(group)));
    return 0;
  }

  private static String line(GroupBaseline group) {
    ScoreBaseline scale = group.scale();
    ScoreBaseline shape = group.shape();
    return ROW.formatted(
            group.name(),
            number("%.4g", Math.exp(scale.median())),
            deviation(scale),
            shape == null ? "-" : number("%.4f", shape.median()),
            shape == null ? "-" : deviation(shape))
        .stripTrailing();
  }

  private static String deviation(ScoreBaseline score) {
    return score.scored() ? number("%.4f", score.deviation()) : "constant";
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
