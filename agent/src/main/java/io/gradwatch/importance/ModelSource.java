package io.gradwatch.importance;

/**
 * Where a model comes from, and what is computed of its windows. Names that have equal ones share
 * the model that is loaded.
 *
 * @param loader gives it; equal to another one only if it gives the same model
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
