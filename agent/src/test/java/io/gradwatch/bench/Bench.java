package io.gradwatch.bench;

import java.nio.file.Files;
import java.nio.file.Path;

/** Runs a benchmark by its name: {@code ./mvnw -q -Pbench -Dbench=NAME}. */
final class Bench {
  private Bench() {}

  /** Takes the name and the folder that gets NAME.json. */
  public static void main(String[] arguments) throws Exception {
    String name = arguments.length > 0 ? arguments[0] : "";
    Path folder = Path.of(arguments.length > 1 ? arguments[1] : "target/bench");
    Files.createDirectories(folder);
    String json = folder.resolve(name + ".json").toString();
    switch (name) {
      case "duty" -> DutyBench.main(new String[] {json});
      case "importance" -> ImportanceBench.main(new String[] {json});
      default -> {
        System.err.println("no benchmark is called '" + name + "'; choose -Dbench=importance");
        System.exit(2);
      }
    }
  }
}
