package io.gradwatch.drift;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody decided about a model version's baselines. Only people decide: the agent never
 * writes one, so that its own baselines cannot undo a decision that it has not seen yet.
 *
 * @param format version of the JSON form, {@value #FORMAT}
 * @param number counts the decisions about this version, at least 1
 * @param active id of the baseline that windows are to be compared with
 * @param earlier ids of those before it, the oldest first, at most {@value #KEPT}
 * @param pinned whether it stays, whatever the agent would do by itself
 * @param at when it was decided, milliseconds since 1970-01-01 UTC
 * @param by who decided
 * @param reason why; null if nobody said
 */
public record BaselineSelection(
    int format,
    long number,
    String active,
    List<String> earlier,
    boolean pinned,
    long at,
    String by,
    @Nullable String reason) {
  public static final int FORMAT = 1;
  static final int KEPT = 20;

  public BaselineSelection {
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "baseline selection has format %d, must be %d; select the baseline again with this release"
              .formatted(format, FORMAT));
    }
    if (number < 1) {
      throw new IllegalArgumentException("number is " + number + ", must be at least 1");
    }
    if (active == null) {
      throw new IllegalArgumentException("no active baseline is named");
    }
    earlier = List.copyOf(earlier.subList(Math.max(0, earlier.size() - KEPT), earlier.size()));
  }

  /**
   * Who decides, when and why.
   *
   * @param at milliseconds since 1970-01-01 UTC
   * @param reason null if nobody says
   */
  public record Decision(long at, String by, @Nullable String reason) {}
}
