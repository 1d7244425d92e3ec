package io.gradwatch.fire;

import io.gradwatch.agent.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The installed agents of one configuration, each a process with a state directory of its own. One
 * that has ended is started again, as whoever supervises it would. Not thread-safe.
 */
public final class Fleet implements AutoCloseable {
  private static final long GLANCE_MILLIS = 200;

  private final Path directory;
  private final Configuration config;
  private final Map<String, String> environment;
  private final List<Program> agents = new ArrayList<>();
  private int endedByThemselves;

  /** What an agent is configured with. */
  @FunctionalInterface
  public interface Configuration {
    /** The text of the configuration of an agent, numbered from 0, with that state directory. */
    String of(int number, Path state);
  }

  /**
   * A fleet of none.
   *
   * @param environment of each agent, beside the test's own
   */
  public Fleet(Path directory, Map<String, String> environment, Configuration config) {
    this.directory = directory;
    this.environment = environment;
    this.config = config;
  }

  /** Starts more, or stops the last ones in order. */
  public void scale(int count) throws IOException, InterruptedException {
    while (agents.size() < count) {
      agents.add(launch(agents.size()));
    }
    while (agents.size() > count) {
      Program last = agents.remove(agents.size() - 1);
      last.terminate();
      ended(last);
    }
  }

  /** Stops all at once, in order; their exit codes, -1 for one that did not end. */
  public List<Integer> stop() throws InterruptedException {
    agents.forEach(Program::terminate);
    List<Integer> codes = new ArrayList<>();
    for (Program agent : agents) {
      codes.add(ended(agent));
    }
    agents.clear();
    return codes;
  }

  private static int ended(Program agent) throws InterruptedException {
    int code = agent.exitCode(30);
    agent.close();
    return code;
  }

  public int size() {
    return agents.size();
  }

  public void kill(int number) throws IOException, InterruptedException {
    agents.get(number).kill();
    agents.set(number, launch(number));
  }

  /** Kills it; its successor has no local state. */
  void wipe(int number) throws IOException, InterruptedException {
    agents.get(number).kill();
    try (Stream<Path> state = Files.walk(state(number))) {
      for (Path path : state.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    agents.set(number, launch(number));
  }

  void pause(int number) throws IOException, InterruptedException {
    Signal.STOP.send(agents.get(number).pid());
  }

  void resume(int number) throws IOException, InterruptedException {
    Signal.CONT.send(agents.get(number).pid());
  }

  public long pid(int number) {
    return agents.get(number).pid();
  }

  /** Lets time pass, and starts again what has ended. */
  public void rest(Duration time) throws IOException, InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      for (int number = 0; number < agents.size(); number++) {
        if (!agents.get(number).isAlive()) {
          endedByThemselves++;
          agents.set(number, launch(number));
        }
      }
      TimeUnit.MILLISECONDS.sleep(GLANCE_MILLIS);
    }
  }

  /** How often one ended without being told or killed. */
  public int endedByThemselves() {
    return endedByThemselves;
  }

  @Override
  public void close() {
    agents.forEach(Program::close);
  }

  private Program launch(int number) throws IOException {
    Path file = directory.resolve("gradwatch-%d.yaml".formatted(number));
    Files.writeString(file, config.of(number, state(number)));
    Path log = log(number);
    return Program.start(log, List.of(), environment, "run", "-c", file.toString());
  }

  /** What the agents of that number have printed, one after the other. */
  public Path log(int number) {
    return directory.resolve("agent-%d.log".formatted(number));
  }

  private Path state(int number) {
    return directory.resolve("state-" + number);
  }
}
