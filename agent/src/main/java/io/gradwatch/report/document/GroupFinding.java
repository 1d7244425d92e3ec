package io.gradwatch.report.document;

import io.gradwatch.drift.Direction;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.drift.GroupMove;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a group that is under suspicion.
 *
 * @param name the group
 * @param direction of the one-sided score with the largest evidence
 * @param named whether its own evidence is enough to name it
 * @param changed whether its importance as a whole is outside the deadband
 * @param factor how many times as much it matters as in the baseline
 * @param change the same as a percentage, without its sign
 * @param shape how much the units that carry it differ; null below 3 units
 * @param evidence its share of the evidence
 * @param units whose share of the group changed most
 */
public record GroupFinding(
    String name,
    Direction direction,
    boolean named,
    boolean changed,
    Figure factor,
    Figure change,
    @Nullable Figure shape,
    Figure evidence,
    List<Unit> units) {
  /** From here on people say "twice as much", below "80 % more". */
  private static final double TIMES = 1.95;

  private static final double NOTABLE = 0.05;

  public GroupFinding {
    units = List.copyOf(units);
  }

  /**
   * A unit, or neighbouring ones.
   *
   * @param name its number, or the first and the last one
   * @param normal its share of the group in the baseline
   * @param share its share in the newest window
   */
  public record Unit(String name, Figure normal, Figure share) {}

  /**
   * Of a reading's group; the effects are those after the alarm, where there are any.
   *
   * @param id that the ids of its numbers start with
   */
  static GroupFinding of(GroupDrift group, String id) {
    GroupMove move = group.move();
    Double after = move == null ? null : move.scaleAfterAlarm();
    Double shapeAfter = move == null ? null : move.shapeAfterAlarm();
    double effect = after == null ? group.scaleEffect() : after;
    Double shape = shapeAfter == null ? group.shape() : shapeAfter;
    String when = after == null ? "in the newest window" : "in the median window after the alarm";
    String what = "importance of " + group.name() + " over the baseline's median, " + when;
    return new GroupFinding(
        group.name(),
        direction(group, effect),
        move != null && move.named(),
        Math.abs(effect) > group.scaleDeadband(),
        Figure.number(id + ".factor", Math.exp(effect), what),
        Figure.percent(id + ".change", Math.abs(Math.expm1(effect)), what + ", as a change"),
        shape == null
            ? null
            : Figure.distance(
                id + ".shape",
                shape,
                "shape distance of %s: 1 - cosine of its profile of units and the baseline's, %s"
                    .formatted(group.name(), when)),
        Figure.percent(id + ".evidence", group.share(), "share of the evidence in " + group.name()),
        units(group, id));
  }

  private static Direction direction(GroupDrift group, double effect) {
    GroupMove move = group.move();
    if (move != null && move.direction() != null) {
      return move.direction();
    }
    boolean scale = Math.abs(effect) > group.scaleDeadband() || group.shape() == null;
    return scale ? (effect > 0 ? Direction.UP : Direction.DOWN) : Direction.SHAPE;
  }

  private static List<Unit> units(GroupDrift group, String prefix) {
    GroupMove move = group.move();
    List<Unit> units = new ArrayList<>();
    if (move != null) {
      move.units()
          .forEach(
              unit -> {
                String name =
                    unit.from() == unit.to() ? "" + unit.from() : unit.from() + "-" + unit.to();
                String id = prefix + ".unit." + name;
                String of = "share of unit " + name + " in " + group.name();
                units.add(
                    new Unit(
                        name,
                        Figure.percent(id + ".normal", unit.normal(), of + " in the baseline"),
                        Figure.percent(id + ".share", unit.share(), of + " in the newest window")));
              });
    }
    return units;
  }

  /** Whether the change is told as a factor. */
  boolean atLeastTwice() {
    return factor.value() instanceof Double times && times >= TIMES;
  }

  /** Whether it holds enough of the evidence to be told of in a sentence. */
  boolean notable() {
    return evidence.value() instanceof Double share && share >= NOTABLE;
  }

  /** Whether it matters more than in the baseline. */
  boolean grew() {
    return factor.value() instanceof Double times && times > 1;
  }

  /** All its numbers. */
  List<Figure> figures() {
    List<Figure> figures = new ArrayList<>(List.of(factor, change, evidence));
    if (shape != null) {
      figures.add(shape);
    }
    units.forEach(unit -> figures.addAll(List.of(unit.normal(), unit.share())));
    return figures;
  }
}
