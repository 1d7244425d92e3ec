package io.gradwatch.importance;

import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.Outcome.Computed;
import io.gradwatch.importance.Outcome.Failed;
import io.gradwatch.importance.Outcome.WindowKey;
import io.gradwatch.window.SampleBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model on its device, and what was learnt of it there: whether it is trusted, and which
 * micro-batch the memory suffices for. All names under which the same file is watched with the same
 * settings share it, such as the segments of a model; but each has its own {@link Tuning}, which
 * belongs to its baseline. For the worker's thread.
 */
final class LoadedModel implements AutoCloseable {
  private static final long MIB = 1 << 20;

  /** Without what the self-check does not trust, once it has run. */
  private DifferentiableModel model;

  private final ImportanceSettings configured;
  private final long memoryFloor;
  private final Pace pace;
  private final WorkerEvents events;
  private final PeriodicPasses periodicPasses;

  private @Nullable SelfCheckReport report;

  /** Who was told of the report. */
  private final Set<String> told = new HashSet<>();

  /** What the first window of each name settled. */
  private final Map<String, Tuning> tunings = new HashMap<>();

  /** The bins that the windows of each name are counted into. */
  private final Map<String, @Nullable TrafficSummary> bins = new HashMap<>();

  /** Samples a pass that the memory suffices for. */
  private int largestPass = Integer.MAX_VALUE;

  LoadedModel(
      DifferentiableModel model,
      ImportanceSettings configured,
      long memoryFloor,
      Pace pace,
      WorkerEvents events,
      PeriodicPasses periodicPasses) {
    this.model = new PacedModel(model, pace);
    this.configured = configured;
    this.memoryFloor = memoryFloor;
    this.pace = pace;
    this.events = events;
    this.periodicPasses = periodicPasses;
  }

  DifferentiableModel model() {
    return model;
  }

  /**
   * Computes a window, and the periodic methods that are due on it; never fails.
   *
   * @param settled what an earlier window settled, of this version or of another one; null if there
   *     was none
   * @param request for what contributes most; null if nobody asks
   */
  Outcome compute(
      SampleBatch batch, @Nullable Settled settled, @Nullable ContributorRequest request) {
    WindowKey window = WindowKey.of(batch);
    if (batch.samples().isEmpty()) {
      return Failed.of(window, Reason.INPUTS, "the window has no samples");
    }
    try {
      requireMemory();
      return withoutRefused(batch, rows -> computed(rows, settled, request));
    } catch (Pace.ClosedException e) {
      throw e;
    } catch (ModelFailureException e) {
      return Failed.of(window, e.reason(), String.valueOf(e.getMessage()));
    } catch (OutOfMemoryError e) {
      return Failed.of(
          window, Reason.OUT_OF_MEMORY, "Java's heap is not enough: " + e.getMessage());
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      return Failed.of(window, Reason.DEVICE, "unexpected: " + e);
    }
  }

  private Computed computed(
      SampleBatch batch, @Nullable Settled settled, @Nullable ContributorRequest request) {
    Tuning tuned = settle(batch, settled);
    ImportanceSnapshot snapshot = importance(batch, settled);
    return new Computed(
        WindowKey.of(batch),
        snapshot.withTuning(tuned).withContributors(contributors(batch, request)),
        periodic(batch, tuned));
  }

  /** Computes a window, without the rows that the model refuses where that is what is wrong. */
  private <T> T withoutRefused(SampleBatch batch, Function<SampleBatch, T> computation) {
    try {
      return computation.apply(batch);
    } catch (ModelFailureException e) {
      if (e.reason() != Reason.INPUTS) {
        throw e;
      }
      AcceptedRows rows =
          AcceptedRows.of(model, configured.task(), batch)
              .filter(some -> some.refused() > 0)
              .orElseThrow(() -> e);
      events.rowsRefused(batch.model(), rows.refused(), rows.why());
      return computation.apply(rows.batch());
    }
  }

  /** The traffic is counted once, with the whole window. */
  private ImportanceSnapshot importance(SampleBatch batch, @Nullable Settled settled) {
    if (batch.labelled()) {
      return withinMemory(
          batch.model(), fitting -> OnePass.importance(model, fitting, batch, pace::busyNanos));
    }
    TrafficSummary known = bins(batch.model(), settled);
    ImportanceSnapshot snapshot =
        withinMemory(
            batch.model(),
            fitting -> OnePass.withTraffic(model, fitting, batch, pace::busyNanos, known));
    bins.put(batch.model(), snapshot.traffic());
    return snapshot;
  }

  /** Answers a question about it, with what the windows of a name have settled so far. */
  <T> T answer(String name, Question<T> question) {
    return question.answer(model, fitting(tunings.get(name)));
  }

  /** A window of which nobody asks what contributes most. */
  Outcome compute(SampleBatch batch, @Nullable Settled settled) {
    return compute(batch, settled, null);
  }

  /** The window's own numbers must not be lost with these. */
  private @Nullable Contributors contributors(
      SampleBatch batch, @Nullable ContributorRequest request) {
    if (request == null) {
      return null;
    }
    try {
      ImportanceSettings settings = fitting(tunings.get(batch.model()));
      return ContributorPass.over(model, settings, batch, request, pace::busyNanos);
    } catch (Pace.ClosedException e) {
      throw e;
    } catch (ModelFailureException e) {
      events.contributorsFailed(batch.model(), String.valueOf(e.getMessage()));
    } catch (RuntimeException | OutOfMemoryError e) {
      events.contributorsFailed(batch.model(), "unexpected: " + e);
    }
    return null;
  }

  private Tuning settle(SampleBatch batch, @Nullable Settled settled) {
    check(batch);
    Tuning known = tunings.get(batch.model());
    if (known == null) {
      known =
          settled != null && settled.fits(model.version(), configured)
              ? settled.tuning()
              : Tuning.choose(model, configured, batch.samples());
      tunings.put(batch.model(), known);
    }
    return known;
  }

  /** Those of the baseline where it has some, so that a new baseline brings its own. */
  private @Nullable TrafficSummary bins(String name, @Nullable Settled settled) {
    return settled != null
            && settled.bins() != null
            && settled.sha256().equals(model.version().sha256())
        ? settled.bins()
        : bins.get(name);
  }

  private void check(SampleBatch batch) {
    if (report == null) {
      report =
          withinMemory(batch.model(), fitting -> SelfCheck.of(model, fitting, batch.samples()));
      model = TrustedModel.of(model, report, configured.grouping());
    }
    if (told.add(batch.model())) {
      events.selfChecked(batch.model(), report);
    }
  }

  private List<ImportanceSnapshot> periodic(SampleBatch batch, Tuning tuned) {
    List<ImportanceSnapshot> snapshots = new ArrayList<>();
    for (PeriodicMethod due : PeriodicPasses.due(configured.periodic(), batch)) {
      try {
        ImportanceSnapshot snapshot =
            withinMemory(
                batch.model(),
                fitting ->
                    periodicPasses.importance(
                        model, fitting, due.method(), batch, due.budget(), pace::busyNanos));
        snapshots.add(snapshot.withTuning(tuned));
      } catch (Pace.ClosedException e) {
        throw e;
      } catch (ModelFailureException e) {
        events.periodicFailed(batch.model(), due.method(), String.valueOf(e.getMessage()));
      } catch (RuntimeException | OutOfMemoryError e) {
        events.periodicFailed(batch.model(), due.method(), "unexpected: " + e);
      }
    }
    return snapshots;
  }

  private void requireMemory() {
    long free = model.freeBytes().orElse(Long.MAX_VALUE);
    if (free < memoryFloor) {
      throw new ModelFailureException(
          Reason.LOW_MEMORY,
          "device %s has %d MiB free, memory-floor is %d MiB: the window is skipped to leave them to the production model"
              .formatted(model.device(), free / MIB, memoryFloor / MIB));
    }
  }

  /**
   * Computes something, with smaller and smaller micro-batches where the device's memory is not
   * enough. They stay small until the model is loaded again. Importance is unbiased for every
   * micro-batch, so the numbers stay comparable with those of a baseline.
   */
  private <T> T withinMemory(String name, Function<ImportanceSettings, T> computation) {
    while (true) {
      ImportanceSettings fitting = fitting(tunings.get(name));
      try {
        return computation.apply(fitting);
      } catch (ModelFailureException e) {
        int pass =
            fitting.microBatch() == ImportanceSettings.AUTO
                ? SelfCheck.SAMPLES
                : fitting.microBatch();
        if (e.reason() != Reason.OUT_OF_MEMORY || pass <= 1) {
          throw e;
        }
        largestPass = pass / 2;
        events.microBatchHalved(name, largestPass);
      }
    }
  }

  /** With what is settled, but with no more samples a pass than the memory suffices for. */
  private ImportanceSettings fitting(@Nullable Tuning tuning) {
    ImportanceSettings wanted = tuning == null ? configured : tuning.applyTo(configured);
    if (largestPass == Integer.MAX_VALUE) {
      return wanted;
    }
    return wanted.withMicroBatch(
        wanted.microBatch() == ImportanceSettings.AUTO
            ? largestPass
            : Math.min(wanted.microBatch(), largestPass));
  }

  @Override
  public void close() {
    model.close();
  }
}
