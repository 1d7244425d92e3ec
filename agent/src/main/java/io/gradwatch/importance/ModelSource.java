package io.gradwatch.importance;

/**
 * Where a model comes from, and what is computed of its windows.
 *
 * @param loader gives it
 * @param settings what is computed
 */
public record ModelSource(Loader loader, ImportanceSettings settings) {
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
