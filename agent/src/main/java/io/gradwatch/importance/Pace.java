package io.gradwatch.importance;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How the worker's thread shares its device: it is busy for t seconds, then rests for t (1/d - 1),
 * where d is the duty cycle.
 *
 * <p>It also rests within a window, between passes, as soon as {@link #SLICE_NANOS} are owed: a
 * window of a minute would otherwise keep the device to itself for a minute. All time in which the
 * thread does not rest counts as busy, whatever it does: importance, periodic methods, checks, and
 * what is computed again. One pass is never interrupted, so the share over a minute is exact to one
 * pass.
 *
 * <p>Mutable, for the worker's thread; {@link #busySeconds} and {@link #onDevice} answer any
 * thread.
 */
final class Pace {
  /**
   * The shortest rest within a window, and the pieces into which rests are cut: after each of them
   * new arrivals can shorten what is left.
   */
  static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** The worker is closed while it computes. */
  static final class ClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * What keeps the device busy.
   *
   * @param what for people
   * @param since {@link WorkerClock#nanoTime} when its last pass began
   */
  record OnDevice(String what, long since) {}

  private final WorkerSettings settings;
  private final WorkerClock clock;
  private String what = "";
  private BooleanSupplier behind = () -> false;

  /** When the stretch of work, or the rest, began that now lasts. */
  private long since;

  /** Work that no rest has followed yet. */
  private long unpaid;

  private final AtomicLong busy = new AtomicLong();
  private volatile @Nullable OnDevice onDevice;

  Pace(WorkerSettings settings, WorkerClock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** Notes that a model loads, which is no work that rests are owed for. */
  void load(String name) {
    onDevice = new OnDevice("loading model '%s'".formatted(name), clock.nanoTime());
  }

  /** Notes that nothing is on the device. */
  void idle() {
    onDevice = null;
    since = clock.nanoTime();
  }

  /**
   * Rests for what is owed, then begins to work.
   *
   * @param work for people
   * @param isBehind whether the catch-up duty cycle applies; asked again during rests
   */
  void begin(String work, BooleanSupplier isBehind) throws InterruptedException {
    what = work;
    behind = isBehind;
    rest();
    resume();
  }

  /**
   * Marks the beginning of a pass, before which it rests if enough is owed.
   *
   * @throws ClosedException if the worker is closed
   */
  void pass() {
    end();
    try {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (owed() >= SLICE_NANOS) {
        rest();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedException();
    }
    resume();
  }

  /** Ends the work. */
  void end() {
    if (onDevice != null) {
      long worked = clock.nanoTime() - since;
      busy.addAndGet(worked);
      unpaid += worked;
      idle();
    }
  }

  /** Time of work so far, the stretch that lasts included; for the worker's thread. */
  long busyNanos() {
    return onDevice == null ? busy.get() : busy.get() + clock.nanoTime() - since;
  }

  /** Time of work, up to the last pass that ended. */
  double busySeconds() {
    return busy.get() / 1e9;
  }

  @Nullable OnDevice onDevice() {
    return onDevice;
  }

  private void resume() {
    since = clock.nanoTime();
    onDevice = new OnDevice(what, since);
  }

  private void rest() throws InterruptedException {
    for (long left = owed(); left > 0; left = owed()) {
      clock.rest(Math.min(left, SLICE_NANOS));
    }
    unpaid = 0;
  }

  /** What is left of the rest, if it began at {@link #since}. */
  private long owed() {
    double duty = behind.getAsBoolean() ? settings.catchUpDutyCycle() : settings.dutyCycle();
    return Math.round(unpaid * (1 / duty - 1)) - (clock.nanoTime() - since);
  }
}
