package io.gradwatch.importance;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The questions that wait for a device: a few, so that whoever asks for ever cannot fill the
 * memory. Thread-safe.
 */
final class Questions {
  /** Of all models of a device together. */
  static final int MOST = 16;

  private final AtomicInteger open = new AtomicInteger();

  /**
   * A question and whoever waits for its answer.
   *
   * @param model the configured name
   */
  record Asked<T>(String model, Question<T> question, CompletableFuture<T> answer) {
    /**
     * Answers it; never fails.
     *
     * @param found null where the model is not loaded
     * @param whyNot of a model that is not
     */
    void answer(@Nullable LoadedModel found, String whyNot) {
      try {
        if (found == null) {
          throw new ModelFailureException(ModelFailureException.Reason.LOAD, whyNot);
        }
        answer.complete(found.answer(model, question));
      } catch (RuntimeException | OutOfMemoryError | StackOverflowError | LinkageError e) {
        answer.completeExceptionally(e);
        if (e instanceof Pace.ClosedException closed) {
          throw closed;
        }
      }
    }
  }

  /**
   * Takes one in.
   *
   * @return whose answer completes exceptionally at once where there are too many
   */
  <T> Asked<T> take(String model, Question<T> question) {
    Asked<T> asked = new Asked<>(model, question, new CompletableFuture<>());
    if (open.incrementAndGet() > MOST) {
      open.decrementAndGet();
      asked
          .answer()
          .completeExceptionally(
              new RejectedExecutionException(
                  "%d questions wait for the device already; ask again later".formatted(MOST)));
    } else {
      var unused = asked.answer().whenComplete((answer, failure) -> open.decrementAndGet());
    }
    return asked;
  }
}
