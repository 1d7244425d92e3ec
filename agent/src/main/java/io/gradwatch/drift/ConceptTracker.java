package io.gradwatch.drift;

import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.LabelledRows;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows whether a model's answers stay true, from window to window, wherever labels come.
 *
 * <p>The score of a group is log(labelled importance) - log(label-free importance), both of the
 * same k_l labelled rows. It is zero while the model's probabilities are true, whatever the traffic
 * is, so traffic that the model is right about leaves it silent; it rises where the model is wrong
 * and sure of it, and falls where it has become too unsure. Scores go through a {@link
 * DriftTracker} of their own, with the same budget; there are no shapes.
 *
 * <p>Why not labelled importance alone: it moves on every shift, and does not tell which. Why not
 * the error rate: it rises with harder traffic, of which the model itself says that it is hard, and
 * does not say which layer is wrong.
 *
 * <p>It is blind to a concept that changed before the baseline, to one that changes within the
 * deadband, and to rows without labels. It fires on new traffic that the model is wrongly sure
 * about as well: there the answers are not true either, and nothing but the traffic's own drift
 * tells that from a change of the world. With regression the deviations of the first window stand
 * for the model's probabilities, so the score is constant instead of zero.
 *
 * <p>Without any labels it says nothing at all. Once labels have come, a window with fewer than k_l
 * of them is {@link DriftStatus#UNCALIBRATED} and leaves the evidence as it was, because the error
 * of a score depends on their number.
 *
 * <p>One caller, one thread. No clock, no chance.
 */
public final class ConceptTracker {
  private final DriftSettings settings;
  private final int labelSamples;
  private final DriftTracker tracker;
  private boolean begun;

  private ConceptTracker(
      DriftSettings settings, int labelSamples, DriftTracker tracker, boolean begun) {
    this.settings = settings;
    this.labelSamples = labelSamples;
    this.tracker = tracker;
    this.begun = begun;
  }

  /**
   * Goes on where an earlier tracker stopped, or starts anew; see {@link DriftTracker#resume}.
   *
   * @param labelSamples labelled rows of a window (k_l), at least 1
   */
  public static ConceptTracker resume(
      DriftSettings settings,
      int labelSamples,
      @Nullable Baseline baseline,
      DriftState state,
      Iterable<WindowScores> pool,
      Iterable<WindowContributions> collected) {
    if (labelSamples < 1) {
      throw new IllegalArgumentException(
          "label-samples is " + labelSamples + ", must be at least 1");
    }
    return new ConceptTracker(
        settings,
        labelSamples,
        DriftTracker.resume(settings, baseline, true, state, pool, collected),
        state.lastStart() > DriftState.START.lastStart());
  }

  /** Starts anew. */
  public static ConceptTracker start(DriftSettings settings, int labelSamples) {
    return resume(settings, labelSamples, null, DriftState.START, List.of(), List.of());
  }

  /**
   * Takes the next window.
   *
   * @return empty as long as no window had a label
   */
  public Optional<DriftStep> accept(ImportanceSnapshot snapshot) {
    LabelledRows given = snapshot.labelledRows();
    LabelledRows rows = given == null ? new LabelledRows(0, Map.of()) : given;
    if (rows.samples() == 0 && !begun) {
      return Optional.empty();
    }
    begun = true;
    boolean enough = rows.samples() == labelSamples;
    DriftStep step =
        tracker.accept(
            enough
                ? ConceptScore.ratios(snapshot, settings.method(), rows)
                : ConceptScore.without(snapshot, rows.samples()));
    DriftReading reading = step.reading();
    String shortage =
        "%d labelled rows in this window, the concept score needs %d"
            .formatted(rows.samples(), labelSamples);
    return Optional.of(
        reading == null ? step : step.with(reading.ofConcept(enough ? null : shortage)));
  }
}
