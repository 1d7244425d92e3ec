package io.gradwatch.agent;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Threads that do not keep the process alive. */
final class Daemon {
  private Daemon() {}

  /** One thread for what is to be done again and again. */
  static ScheduledExecutorService named(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          Thread created = new Thread(task, name);
          created.setDaemon(true);
          return created;
        });
  }
}
