package io.gradwatch.importance;

/**
 * What somebody wants to know of a loaded model beside its windows, for instance the {@link
 * Saliency} of a sample. Runs on the thread of the model's device.
 */
@FunctionalInterface
public interface Question<T> {
  /**
   * Answers it, in a few passes.
   *
   * @param model keeps to the pace of its device
   * @param settings with which its windows are computed
   * @throws ModelFailureException if the model or the device does not allow it
   */
  T answer(DifferentiableModel model, ImportanceSettings settings);
}
