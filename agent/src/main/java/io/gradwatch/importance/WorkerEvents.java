package io.gradwatch.importance;

/** Is told what a worker does beyond its outcomes; on the worker's thread, so it must not wait. */
public interface WorkerEvents {
  /** Tells nobody. */
  WorkerEvents NONE =
      new WorkerEvents() {
        @Override
        public void selfChecked(String model, SelfCheckReport report) {}

        @Override
        public void microBatchHalved(String model, int samples) {}

        @Override
        public void periodicFailed(String model, ImportanceMethod method, String message) {}

        @Override
        public void contributorsFailed(String model, String message) {}
      };

  /** A model was checked, before its first window; what is not trusted is left out from now on. */
  void selfChecked(String model, SelfCheckReport report);

  /**
   * The device's memory was not enough, and the window is computed again with smaller passes.
   *
   * @param samples a pass from now on, at least 1
   */
  void microBatchHalved(String model, int samples);

  /** A periodic method failed and is left out of its window. */
  void periodicFailed(String model, ImportanceMethod method, String message);

  /** What contributed most to a window could not be found out and is left out of it. */
  void contributorsFailed(String model, String message);
}
