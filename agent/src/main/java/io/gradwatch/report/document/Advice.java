package io.gradwatch.report.document;

import io.gradwatch.recommend.Recommendation;
import io.gradwatch.recommend.Recommendation.Selected;
import io.gradwatch.recommend.Recommendation.Unit;
import java.util.List;
import java.util.Locale;

/** What to prune and to protect, as a page shows it. */
record Advice(
    String model, String samples, List<Row> sets, List<UnitRow> prune, List<UnitRow> protect) {
  private static final int UNITS = 10;

  /** A set of parameters. */
  record Row(String what, String scalars, String of, String share) {}

  /** A neuron or a filter. */
  record UnitRow(String name, String share) {}

  static Advice of(Recommendation found) {
    return new Advice(
        found.model(),
        count(found.samples()),
        List.of(
            row("Candidates for pruning", found.prune(), found.scalars()),
            row("To protect in a fine-tune", found.protect(), found.scalars())),
        units(found.unitsToPrune()),
        units(found.unitsToProtect()));
  }

  private static Row row(String what, Selected selected, long all) {
    String share = Figure.percent("", selected.share(), "").text();
    String name = selected.method().equals("taylor") ? "Taylor importance" : "Fisher information";
    return new Row(what, count(selected.scalars()), count(all), share + " of the " + name);
  }

  private static String count(long number) {
    return Figure.count("", number, "").text();
  }

  private static List<UnitRow> units(List<Unit> units) {
    return units.stream()
        .limit(UNITS)
        .map(
            unit ->
                new UnitRow(
                    unit.tensor() + "[" + unit.index() + "]",
                    String.format(Locale.ROOT, "%.3g %%", 100 * unit.share())))
        .toList();
  }
}
