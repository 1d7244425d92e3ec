package io.gradwatch.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Work in a process of its own, so that its peak of memory is its own. */
public final class Child {
  private Child() {}

  /**
   * Runs a main class with the flags of bin/gradwatch.
   *
   * @param flags more flags for the JVM
   * @return the last line that it prints, as JSON
   */
  public static JsonNode java(Class<?> main, List<String> flags, String... arguments)
      throws IOException, InterruptedException {
    return new ObjectMapper().readTree(lastLine(command(main, flags, arguments)));
  }

  /** The command line of that process. */
  static List<String> command(Class<?> main, List<String> flags, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of("-XX:MaxRAMPercentage=50", "-XX:+UseSerialGC"));
    command.addAll(List.of("-Dai.djl.offline=true", "-Dgradwatch.log=ERROR"));
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /**
   * Runs a command in the current folder; its errors go to ours.
   *
   * @throws IOException if it does not end with 0
   */
  static String lastLine(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    builder.environment().put("OMP_NUM_THREADS", "1");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException("%s ended with %d".formatted(String.join(" ", command), status));
    }
    List<String> lines = output.lines().toList();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }
}
