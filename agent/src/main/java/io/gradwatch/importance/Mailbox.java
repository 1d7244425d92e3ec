package io.gradwatch.importance;

import io.gradwatch.window.SampleBatch;
import org.jspecify.annotations.Nullable;

/** One stream task's way to the {@link ImportanceWorkers}. No method waits. For one thread. */
public interface Mailbox extends AutoCloseable {
  /**
   * A window to be computed.
   *
   * @param settled what an earlier window of the model settled; null if there was none
   * @param request for what contributes most; null if nobody asks
   * @param backlog whether others of its model wait that are not offered yet, so that the catch-up
   *     duty cycle applies
   */
  record Offer(
      SampleBatch batch,
      @Nullable Settled settled,
      @Nullable ContributorRequest request,
      boolean backlog) {}

  /**
   * Hands a window over.
   *
   * @return false if as many windows as the mailbox takes are under way or not polled yet; offer it
   *     again later
   * @throws IllegalStateException if the mailbox is closed
   */
  boolean offer(Offer window);

  /** Hands a window over of which nobody asks what contributes most. */
  default boolean offer(SampleBatch batch, @Nullable Settled settled) {
    return offer(new Offer(batch, settled, null, false));
  }

  /** Hands the first window of a model over. */
  default boolean offer(SampleBatch batch) {
    return offer(batch, null);
  }

  /** The next finished window, each device's in the order in which they were offered; or null. */
  @Nullable Outcome poll();

  /** Abandons its windows; one that is being computed is finished and dropped. */
  @Override
  void close();
}
