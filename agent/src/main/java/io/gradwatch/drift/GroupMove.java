package io.gradwatch.drift;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a group moved.
 *
 * <p>Until the alarm effects are selected: a group is looked at because its last windows were
 * large, so those exaggerate. The windows after the alarm were not chosen by their size, and tell
 * the effect as it is.
 *
 * @param direction of the one-sided score with the largest evidence; chance while the group's
 *     evidence is small; null where none is scored
 * @param named whether the group's own evidence is enough to name it family-wise: the sum over its
 *     one-sided scores is at least (number of all one-sided scores) x c. The chance that any group
 *     that did not drift is named within T windows is at most T/c. A group that moved and is not
 *     named is likely, not sure.
 * @param scaleAfterAlarm log of the group's importance over the baseline's median: the median of
 *     the last windows after the alarm, at most 9; null before there is one, and where the scale is
 *     not scored
 * @param shapeAfterAlarm the same of 1 - cosine of the units' profiles
 * @param units whose share of the group changed most, see {@link UnitMove}; empty unless the group
 *     is under suspicion
 */
public record GroupMove(
    @Nullable Direction direction,
    boolean named,
    @Nullable Double scaleAfterAlarm,
    @Nullable Double shapeAfterAlarm,
    List<UnitMove> units) {
  public GroupMove {
    units = List.copyOf(units);
  }
}
