package io.gradwatch.importance;

import org.jspecify.annotations.Nullable;

/**
 * Is told what a worker does beyond its outcomes; on the worker's thread, so it must not wait.
 * Whoever is not interested in something leaves it out.
 */
public interface WorkerEvents {
  /** Tells nobody. */
  WorkerEvents NONE = new WorkerEvents() {};

  /** A model was loaded, at the start or because its file or its settings changed. */
  default void modelLoaded(String model, ModelVersion version) {}

  /**
   * A model cannot be loaded. It is tried again when its file or its settings change.
   *
   * @param goesOn the version that was loaded before and is used on; null for none, and its windows
   *     fail
   */
  default void modelFailed(String model, String message, @Nullable ModelVersion goesOn) {}

  /** A model was checked, before its first window; what is not trusted is left out from now on. */
  default void selfChecked(String model, SelfCheckReport report) {}

  /**
   * The device's memory was not enough, and the window is computed again with smaller passes.
   *
   * @param samples a pass from now on, at least 1
   */
  default void microBatchHalved(String model, int samples) {}

  /**
   * The model refuses some rows of a window, which is computed without them.
   *
   * @param why of the first of them
   */
  default void rowsRefused(String model, int rows, String why) {}

  /** A periodic method failed and is left out of its window. */
  default void periodicFailed(String model, ImportanceMethod method, String message) {}

  /** What contributed most to a window could not be found out and is left out of it. */
  default void contributorsFailed(String model, String message) {}
}
