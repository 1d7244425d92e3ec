package io.gradwatch.drift;

/**
 * How many windows a severe drift takes to page.
 *
 * <p>A drift is severe when each of its windows ranks above the whole baseline; among each other
 * its windows are alike, so the t-th one has each of the ranks 1 to t with equal chance. The
 * evidence is run on exactly that, in the mean. A short baseline bounds how small a rank can be and
 * is soon outnumbered by the drift: it then learns the drift as normal before it pages.
 */
final class SoonestPage {
  /** A promise that needs more windows than this is none: the detector learns the drift first. */
  static final int ACCEPTABLE = 20;

  private static final int NEVER = 200;
  private static final int LONGEST_BASELINE = 1_000_000;

  private SoonestPage() {}

  /**
   * Windows until the page, at most 200.
   *
   * @param limit c
   * @param baselineWindows m
   * @param scores one-sided scores that the evidence is the mean of
   * @param drifting how many of them drift
   */
  static int windows(double limit, int baselineWindows, int scores, int drifting) {
    Evidence evidence = Evidence.NONE;
    int t = 0;
    while (evidence.value() * drifting / scores < limit && t < NEVER) {
      t++;
      double[] ranks = new double[t];
      for (int above = 0; above < t; above++) {
        ranks[above] = Pool.rank(above, baselineWindows + t - 1);
      }
      evidence = evidence.afterAnyOf(ranks);
    }
    return t;
  }

  /** The shortest baseline with which a severe drift of one score pages acceptably soon. */
  static int baselineNeeded(double limit, int scores) {
    int tooShort = 1;
    int enough = LONGEST_BASELINE;
    while (enough - tooShort > 1) {
      int middle = (tooShort + enough) / 2;
      if (windows(limit, middle, scores, 1) > ACCEPTABLE) {
        tooShort = middle;
      } else {
        enough = middle;
      }
    }
    return enough;
  }
}
