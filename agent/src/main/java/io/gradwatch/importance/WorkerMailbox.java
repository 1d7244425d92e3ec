package io.gradwatch.importance;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A mailbox between one stream thread and the worker's thread. */
final class WorkerMailbox implements Mailbox {
  /** Takes a window to the worker. */
  @FunctionalInterface
  interface Submit {
    void accept(WorkerMailbox mailbox, Offer window);
  }

  private final int capacity;
  private final Submit submit;
  private final Consumer<WorkerMailbox> abandon;
  private final Queue<Outcome> finished = new ConcurrentLinkedQueue<>();
  private int underWay;
  private volatile boolean closed;

  WorkerMailbox(int capacity, Submit submit, Consumer<WorkerMailbox> abandon) {
    this.capacity = capacity;
    this.submit = submit;
    this.abandon = abandon;
  }

  @Override
  public boolean offer(Offer window) {
    if (closed) {
      throw new IllegalStateException("the mailbox is closed");
    }
    if (underWay == capacity) {
      return false;
    }
    underWay++;
    submit.accept(this, window);
    return true;
  }

  @Override
  public @Nullable Outcome poll() {
    Outcome outcome = finished.poll();
    if (outcome != null) {
      underWay--;
    }
    return outcome;
  }

  @Override
  public void close() {
    closed = true;
    abandon.accept(this);
    finished.clear();
  }

  /** Called by the worker's thread. */
  void put(Outcome outcome) {
    if (!closed) {
      finished.add(outcome);
    }
  }
}
