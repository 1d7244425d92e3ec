package io.gradwatch.topology;

import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.Mailbox;
import io.gradwatch.importance.Mailbox.Offer;
import io.gradwatch.importance.Outcome;
import io.gradwatch.window.SampleBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A device that answers each window at once, or when it is told to. For one thread. */
abstract class FakeDevice {
  /** What it was handed, in order. */
  final List<Offer> offers = new ArrayList<>();

  /** Whether it only takes windows. */
  boolean stuck;

  private final List<Runnable> held = new ArrayList<>();

  /** What it makes of a window. */
  abstract Outcome outcome(Offer window);

  static Outcome computed(SampleBatch batch, ImportanceSnapshot snapshot) {
    return new Outcome.Computed(key(batch), snapshot);
  }

  static Outcome.WindowKey key(SampleBatch batch) {
    return new Outcome.WindowKey(batch.model(), batch.start());
  }

  List<SampleBatch> batches() {
    return offers.stream().map(Offer::batch).toList();
  }

  /** Answers what it took while it was stuck, and is no longer. */
  void resume() {
    stuck = false;
    held.forEach(Runnable::run);
    held.clear();
  }

  /** One task's way to it. */
  Mailbox open() {
    Deque<Outcome> done = new ArrayDeque<>();
    return new Mailbox() {
      @Override
      public boolean offer(Offer window) {
        offers.add(window);
        Runnable answer = () -> done.add(outcome(window));
        if (stuck) {
          held.add(answer);
        } else {
          answer.run();
        }
        return true;
      }

      @Override
      public @Nullable Outcome poll() {
        return done.poll();
      }

      @Override
      public void close() {
        done.clear();
      }
    };
  }
}
