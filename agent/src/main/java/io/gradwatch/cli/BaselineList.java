package io.gradwatch.cli;

import io.gradwatch.cli.BaselineOptions.Opened;
import io.gradwatch.drift.BaselineCatalogue;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The baselines of a model. */
@Command(
    name = "list",
    description = "Lists the baselines of a model's version, and says which one counts.",
    footer = {"%nExample:", "  gradwatch baseline list --config gradwatch.yaml fraud"})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class BaselineList implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private BaselineOptions options;

  @Mixin private FormatOption format;

  @Override
  public Integer call() {
    Opened opened = options.open();
    BaselineCatalogue catalogue = options.catalogue(opened);
    List<BaselineRow> rows = BaselineRow.of(catalogue, opened.settings().drift());
    PrintWriter out = spec.commandLine().getOut();
    if (format.isJson()) {
      rows.forEach(row -> out.println(JsonLine.of(row)));
    } else {
      out.printf("model %s, version %s%n", opened.model(), catalogue.version().orElseThrow());
      out.println(BaselineRow.head());
      rows.forEach(row -> out.println(row.line()));
    }
    if (opened.settings().baseline() != null) {
      spec.commandLine()
          .getErr()
          .printf(
              "The configuration gives this model the baseline %s: that one counts.%n",
              opened.settings().baseline());
    }
    if (opened.topic().unreadable() > 0) {
      spec.commandLine()
          .getErr()
          .printf(
              "Left out:%s, which agents ignore too.%n", BaselineOptions.damaged(opened.topic()));
    }
    return 0;
  }
}
