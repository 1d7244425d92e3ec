package io.gradwatch.importance;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a device, each model's in order; of the models that wait, the one comes next that
 * has used the device for the least time. So a model whose windows take long takes turns by time
 * and not by windows, and starves no other.
 *
 * <p>Start-time fair queueing (Goyal, Vin and Cheng 1996) with costs that are known afterwards:
 * whoever did not wait for a while begins level with who is served, and has saved nothing up.
 *
 * <p>Thread-safe; only {@link #take} waits.
 */
final class FairQueue<T> {
  private final Map<String, Line> lines = new HashMap<>();
  private long virtualTime;
  private long arrivals;
  private int size;
  private boolean woken;

  /** What waits of one model, and the virtual time up to which it has used the device. */
  private final class Line {
    final Deque<Entry<T>> waiting = new ArrayDeque<>();
    long used;
  }

  private record Entry<T>(long arrival, T value) {}

  synchronized void add(String model, T value) {
    Line line = lines.computeIfAbsent(model, name -> new Line());
    if (line.waiting.isEmpty()) {
      line.used = Math.max(line.used, virtualTime);
    }
    line.waiting.add(new Entry<>(arrivals++, value));
    size++;
    notifyAll();
  }

  /** Waits for something; null after {@link #wake}. */
  synchronized @Nullable T take() throws InterruptedException {
    while (size == 0 && !woken) {
      wait();
    }
    if (woken) {
      woken = false;
      return null;
    }
    Line next = null;
    for (Line line : lines.values()) {
      if (!line.waiting.isEmpty() && (next == null || isBefore(line, next))) {
        next = line;
      }
    }
    if (next == null) {
      throw new IllegalStateException("nothing waits, though " + size + " do");
    }
    virtualTime = next.used;
    size--;
    return next.waiting.remove().value();
  }

  private boolean isBefore(Line a, Line b) {
    return a.used < b.used
        || (a.used == b.used && a.waiting.getFirst().arrival() < b.waiting.getFirst().arrival());
  }

  /** Notes how long the device worked for what was taken of a model. */
  synchronized void spent(String model, long nanos) {
    lines.computeIfAbsent(model, name -> new Line()).used += nanos;
  }

  /** Lets {@link #take} return once without anything. */
  synchronized void wake() {
    woken = true;
    notifyAll();
  }

  synchronized void removeIf(Predicate<T> gone) {
    for (Line line : lines.values()) {
      int before = line.waiting.size();
      line.waiting.removeIf(entry -> gone.test(entry.value()));
      size -= before - line.waiting.size();
    }
  }

  synchronized boolean waits(String model) {
    Line line = lines.get(model);
    return line != null && !line.waiting.isEmpty();
  }

  synchronized int size() {
    return size;
  }
}
