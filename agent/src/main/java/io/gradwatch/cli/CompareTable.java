package io.gradwatch.cli;

import io.gradwatch.compare.DepthProfile;
import io.gradwatch.compare.RankCurve.Rank;
import io.gradwatch.compare.VersionComparison;
import io.gradwatch.compare.VersionComparison.Ratio;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Two models side by side, for people, at most {@value Hanging#WIDTH} columns wide. */
final class CompareTable {
  private static final String GROUP = "%n%-30s %8s %8s %9s %10s %8s";
  private static final String DEPTH = "%n%-12s %8s %8s";
  private static final String RANK = "%n%-5s %-36s %-36s";
  private static final int LONGEST_NAME = 30;
  private static final int LONGEST_RANKED = 17;
  private static final int RANKS = 10;

  private final CompareView view;
  private final StringBuilder text = new StringBuilder();

  private CompareTable(CompareView view) {
    this.view = view;
  }

  static String of(CompareView view) {
    CompareTable table = new CompareTable(view);
    table.title();
    VersionComparison versions = view.versions();
    if (versions != null) {
      table.groups(versions);
    } else {
      table.depths();
      table.ranks();
    }
    return table.text.toString();
  }

  private void title() {
    side("A", view.first());
    text.append(System.lineSeparator());
    side("B", view.second());
    print(
        "%n%d samples, %s, micro-batch %d: the same for both%n",
        view.samples(), view.method(), view.microBatch());
    view.compared().forEach(what -> text.append(Hanging.lines("compared", what)));
    view.notCompared().forEach(what -> text.append(Hanging.lines("not compared", what)));
    text.append(System.lineSeparator());
  }

  private void side(String letter, CompareView.Side side) {
    print(
        "%s  %s, %d groups of %,d parameters",
        letter, side.model(), side.groups(), side.parameters());
  }

  private void groups(VersionComparison versions) {
    print(GROUP, "GROUP", "SHARE A", "SHARE B", "CHANGE", "LOG(B/A)", "ERROR");
    for (Ratio ratio : versions.groups()) {
      print(
          GROUP,
          shorten(ratio.group(), LONGEST_NAME),
          percent(ratio.firstShare()),
          percent(ratio.secondShare()),
          number("%+.1f pp", 100 * ratio.shareChange()),
          number("%+.3f", ratio.logRatio()),
          number("%.3f", ratio.error()));
    }
    print(GROUP, "total", "", "", "", number("%+.3f", versions.logRatioOfTotal()), "");
    print("%n%nrank correlation of the shares (Spearman): %s", number("%.3f", versions.spearman()));
  }

  private void depths() {
    print(DEPTH + "   %s", "DEPTH", "SHARE A", "SHARE B", "0 is the first module");
    for (int bin = 0; bin < DepthProfile.BINS; bin++) {
      print(
          DEPTH,
          number("%.1f", (double) bin / DepthProfile.BINS)
              + " to "
              + number("%.1f", (bin + 1.0) / DepthProfile.BINS),
          percent(view.first().depth().bins().get(bin)),
          percent(view.second().depth().bins().get(bin)));
    }
    print(
        DEPTH,
        "centre",
        number("%.2f", view.first().depth().centre()),
        number("%.2f", view.second().depth().centre()));
    print(DEPTH + "%n", "modules", view.first().depth().modules(), view.second().depth().modules());
  }

  private void ranks() {
    print(RANK, "RANK", "A, SHARE AND SUM", "B, SHARE AND SUM");
    List<Rank> first = view.first().ranks().ranks();
    List<Rank> second = view.second().ranks().ranks();
    for (int rank = 0; rank < Math.min(RANKS, Math.max(first.size(), second.size())); rank++) {
      print(RANK, rank + 1, cell(first, rank), cell(second, rank));
    }
    print(
        "%n%nas even as %.1f equal groups of %d (A), %.1f of %d (B)",
        view.first().ranks().effectiveGroups(),
        view.first().groups(),
        view.second().ranks().effectiveGroups(),
        view.second().groups());
  }

  private static String cell(List<Rank> ranks, int rank) {
    if (rank >= ranks.size()) {
      return "";
    }
    Rank one = ranks.get(rank);
    return "%-17s %8s %8s"
        .formatted(
            shorten(one.group(), LONGEST_RANKED), percent(one.share()), percent(one.cumulative()));
  }

  private static String percent(double share) {
    return number("%.1f %%", 100 * share);
  }

  private static String number(String format, @Nullable Double number) {
    return number == null ? "-" : String.format(Locale.ROOT, format, number);
  }

  private static String shorten(String name, int longest) {
    return name.length() <= longest ? name : ".." + name.substring(name.length() - longest + 2);
  }

  private void print(String format, @Nullable Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing());
    if (format.endsWith("%n")) {
      text.append(System.lineSeparator());
    }
  }
}
