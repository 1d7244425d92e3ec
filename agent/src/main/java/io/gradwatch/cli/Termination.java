package io.gradwatch.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends a command that runs until it is told to stop. SIGTERM and SIGINT interrupt it, wherever it
 * is; the process then ends with 0, where Java alone gives 128 and the signal's number, which
 * supervisors take for a failure.
 */
final class Termination {
  /** What stops processes usually gives them 10 s until it kills them. */
  private static final long SECONDS = 9;

  private final Thread worker = Thread.currentThread();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean told = new AtomicBoolean();

  private Termination() {}

  /**
   * Runs a command on the calling thread.
   *
   * @param command ends soon after it was interrupted
   * @return its exit code; 0 if it was told to stop
   */
  static int await(Command command) throws Exception {
    return new Termination().supervise(command);
  }

  /** What runs until it is told to stop. */
  interface Command {
    /**
     * Runs it.
     *
     * @param termination tells whether it was told to stop
     * @return the exit code
     */
    int run(Termination termination) throws Exception;
  }

  /**
   * Whether it was told to stop. Worth a look before a long wait, for a library on the way there
   * may have swallowed the interrupt.
   */
  boolean told() {
    return told.get();
  }

  private int supervise(Command command) throws Exception {
    Thread hook = new Thread(this::stop, "gradwatch-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return command.run(this);
    } catch (Exception e) {
      if (told.get()) {
        return 0; // what was interrupted may complain in many ways
      }
      Runtime.getRuntime().removeShutdownHook(hook);
      throw e;
    } finally {
      ended.countDown();
    }
  }

  private void stop() {
    told.set(true);
    worker.interrupt();
    try {
      if (!ended.await(SECONDS, TimeUnit.SECONDS)) {
        System.err.printf("gradwatch: did not stop within %d s and is ended%n", SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(0);
  }
}
