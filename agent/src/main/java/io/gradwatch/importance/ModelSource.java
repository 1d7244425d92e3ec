package io.gradwatch.importance;

import java.util.function.Consumer;

/**
 * Where a model comes from, and what is computed of its windows.
 *
 * @param loader gives it
 * @param settings what is computed
 * @param checked is told what the {@link SelfCheck} found, once, on the thread of the device,
 *     before the first window
 */
public record ModelSource(
    Loader loader, ImportanceSettings settings, Consumer<SelfCheckReport> checked) {
  /** One of which nobody wants to know what the check found. */
  public ModelSource(Loader loader, ImportanceSettings settings) {
    this(loader, settings, report -> {});
  }

  /** Opens a model; called once, on the thread of its device. */
  @FunctionalInterface
  public interface Loader {
    /**
     * Loads the model.
     *
     * @throws ModelFailureException if it cannot be loaded
     */
    DifferentiableModel load();
  }
}
