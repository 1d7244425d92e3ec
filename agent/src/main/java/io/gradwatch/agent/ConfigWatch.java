package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads the configuration file every second, and hands it over when its text has changed and is
 * still, however it was replaced. One daemon thread.
 */
public final class ConfigWatch implements AutoCloseable {
  private final Path file;
  private final Supplier<GradwatchConfig> read;
  private final ScheduledExecutorService thread = Daemon.named("gradwatch-config-file");
  private Settling text;

  /**
   * A watch that has not started, but takes what the file says now for known: make it before the
   * file is read for the agent.
   *
   * @param read what it says, checked
   */
  public ConfigWatch(Path file, Supplier<GradwatchConfig> read) {
    this.file = file;
    this.read = read;
    this.text = Settling.first(text());
  }

  /** Looks every second from now on. */
  public void start(Agent agent) {
    var unused = thread.scheduleWithFixedDelay(() -> look(agent::reload), 1, 1, TimeUnit.SECONDS);
  }

  /** Looks once. */
  void look(Consumer<Supplier<GradwatchConfig>> changed) {
    Settling before = text;
    text = text.look(text());
    if (!text.inForce().equals(before.inForce())) {
      changed.accept(read);
    }
  }

  private String text() {
    try {
      return HexFormat.of().formatHex(Files.readAllBytes(file));
    } catch (IOException e) {
      return "cannot be read: " + e;
    }
  }

  /** Ends the watch; a reload that is under way goes on until the agent is closed. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
