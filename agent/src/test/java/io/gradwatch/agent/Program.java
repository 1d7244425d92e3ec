package io.gradwatch.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The installed program as a process of its own, as a user starts it. */
public final class Program implements AutoCloseable {
  private final Process process;
  private final Path output;
  private final boolean below;

  private Program(Process process, Path output, boolean below) {
    this.process = process;
    this.output = output;
    this.below = below;
  }

  /** The folder of the installation that the build made. */
  public static Path home() {
    return Path.of(System.getProperty("gradwatch.home", "target/gradwatch")).toAbsolutePath();
  }

  /** Starts a command; what it prints goes to a file. */
  public static Program start(Path output, String... arguments) throws IOException {
    return start(output, List.of(), Map.of(), arguments);
  }

  /**
   * The same under another program and with more variables.
   *
   * @param under its command line, for instance of a tracer; empty for none
   */
  static Program start(
      Path output, List<String> under, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(under);
    command.add(home().resolve("bin/gradwatch").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    return new Program(builder.start(), output, !under.isEmpty());
  }

  /** Tells it to stop, as kill does; under another program, the one below. */
  public void terminate() {
    // Not whatever runs below: the agent itself starts short-lived programs.
    Optional<ProcessHandle> child = below ? process.children().findFirst() : Optional.empty();
    child.orElse(process.toHandle()).destroy();
  }

  /** Kills it as kill -9 does. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Waits for its end; its exit code, or -1 if it goes on. */
  public int exitCode(long seconds) throws InterruptedException {
    return process.waitFor(seconds, TimeUnit.SECONDS) ? process.exitValue() : -1;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** All that it has printed. */
  public String output() throws IOException {
    return Files.readString(output);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
