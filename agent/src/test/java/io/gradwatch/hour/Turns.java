package io.gradwatch.hour;

import io.gradwatch.demo.Monitoring.Notification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns the traffic of a model on until somebody was paged and off until that is resolved, again
 * and again. It waits for what was sent and never for a number of seconds, so that it holds on any
 * machine. Not thread-safe.
 */
final class Turns {
  private static final Duration CALM = Duration.ofSeconds(40);
  private static final Duration AFTER_THE_PAGE = Duration.ofSeconds(15);

  /** A notification that nothing follows for that long is the last one of its turn. */
  private static final Duration SETTLED = Duration.ofSeconds(30);

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Consumer<Boolean> traffic;
  private final List<Turn> turns = new ArrayList<>();
  private Instant since;

  /**
   * One change of the traffic and back; null for what has not happened.
   *
   * @param on when the traffic changed
   * @param paged when the first page came
   * @param off when the traffic changed back
   * @param resolved when the last notification came, which is that of the resolution
   * @param notifications of both kinds between
   */
  record Turn(
      Instant on,
      @Nullable Instant paged,
      @Nullable Instant off,
      @Nullable Instant resolved,
      int notifications) {
    boolean isComplete() {
      return paged != null && resolved != null;
    }
  }

  /**
   * Quiet so far.
   *
   * @param traffic told true to turn and false to turn back
   */
  Turns(Consumer<Boolean> traffic, Instant now) {
    this.traffic = traffic;
    this.since = now;
  }

  List<Turn> all() {
    return List.copyOf(turns);
  }

  /** Whether the traffic is turned, or the page of it not resolved. */
  boolean isUnderWay() {
    return !turns.isEmpty() && turns.get(turns.size() - 1).resolved() == null && !isOver();
  }

  /**
   * Does what is due.
   *
   * @param received all notifications of the model's drift so far
   * @param more whether another turn may begin
   */
  void look(Instant now, List<Notification> received, boolean more) {
    Turn turn = turns.isEmpty() ? null : turns.get(turns.size() - 1);
    if (turn == null || turn.resolved() != null) {
      if (more && now.isAfter(since.plus(CALM))) {
        traffic.accept(true);
        turns.add(new Turn(now, null, null, null, 0));
      }
      return;
    }
    List<Notification> own =
        received.stream().filter(each -> each.at().isAfter(turn.on())).toList();
    Instant paged = own.isEmpty() ? null : own.get(0).at();
    Instant off = turn.off();
    Instant resolved = null;
    if (off == null) {
      Instant until = paged == null ? turn.on().plus(PATIENCE) : paged.plus(AFTER_THE_PAGE);
      if (now.isAfter(until)) {
        traffic.accept(false);
        off = now;
      }
    } else if (!own.isEmpty()) {
      Notification last = own.get(own.size() - 1);
      if (last.status().equals("resolved")
          && last.at().isAfter(off)
          && now.isAfter(last.at().plus(SETTLED))) {
        resolved = last.at();
        since = now;
      }
    }
    turns.set(turns.size() - 1, new Turn(turn.on(), paged, off, resolved, own.size()));
  }

  /** Whether nobody waits any longer for the last one. */
  private boolean isOver() {
    Instant off = turns.get(turns.size() - 1).off();
    return off != null && Instant.now().isAfter(off.plus(PATIENCE));
  }
}
