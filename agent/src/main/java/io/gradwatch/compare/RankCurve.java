package io.gradwatch.compare;

import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How few groups carry a model's importance: its shares from the largest to the smallest.
 *
 * @param ranks in this order
 * @param effectiveGroups exp of the entropy of the shares: as many equal groups would be spread as
 *     evenly; 1 to the number of groups
 */
public record RankCurve(List<Rank> ranks, double effectiveGroups) {
  public RankCurve {
    ranks = List.copyOf(ranks);
  }

  /**
   * One group.
   *
   * @param share of the model's total, 0 to 1
   * @param cumulative share of this one and all before it
   */
  public record Rank(String group, double share, double cumulative) {}

  private record Share(String group, double share) {}

  /** The curve of one model. */
  public static RankCurve of(ImportanceSnapshot snapshot, ImportanceMethod method) {
    List<Share> shares =
        snapshot.groups().stream()
            .map(g -> new Share(g.name(), VersionComparison.value(g, method).share()))
            .sorted(Comparator.comparingDouble(Share::share).reversed())
            .toList();
    List<Rank> ranks = new ArrayList<>();
    double cumulative = 0;
    double entropy = 0;
    for (Share share : shares) {
      cumulative += share.share();
      entropy -= share.share() > 0 ? share.share() * Math.log(share.share()) : 0;
      ranks.add(new Rank(share.group(), share.share(), cumulative));
    }
    return new RankCurve(ranks, Math.exp(entropy));
  }
}
