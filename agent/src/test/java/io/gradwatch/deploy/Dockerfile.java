package io.gradwatch.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A recipe of an image in {@code deploy/}, or a part of it.
 *
 * @param instructions in the file's order
 */
record Dockerfile(List<Instruction> instructions) {
  private static final Path FOLDER = Path.of("../deploy");

  /**
   * An instruction with its continued lines.
   *
   * @param arguments all that follows the name
   */
  record Instruction(String name, String arguments) {
    /** The words that are no flags. */
    List<String> words() {
      return Stream.of(arguments.split("\\s+", -1)).filter(word -> !word.startsWith("--")).toList();
    }
  }

  static Dockerfile read(String file) throws IOException {
    String text =
        Files.readString(FOLDER.resolve(file)).replaceAll("(?m)^#.*\n", "").replace("\\\n", " ");
    List<Instruction> instructions = new ArrayList<>();
    for (String line : text.lines().filter(it -> !it.isBlank()).toList()) {
      String[] parts = line.strip().split("\\s+", 2);
      instructions.add(new Instruction(parts[0], parts[1]));
    }
    return new Dockerfile(List.copyOf(instructions));
  }

  /** The stage whose FROM ends with a text: {@code AS NAME}. */
  Dockerfile stage(String end) {
    List<Instruction> stage = new ArrayList<>();
    boolean inside = false;
    for (Instruction instruction : instructions) {
      if (instruction.name().equals("FROM")) {
        inside = instruction.arguments().endsWith(end);
      }
      if (inside) {
        stage.add(instruction);
      }
    }
    return new Dockerfile(stage);
  }

  Dockerfile lastStage() {
    List<Instruction> from = all("FROM");
    int start = instructions.lastIndexOf(from.get(from.size() - 1));
    return new Dockerfile(instructions.subList(start, instructions.size()));
  }

  List<Instruction> all(String name) {
    return instructions.stream().filter(it -> it.name().equals(name)).toList();
  }

  /** The only one of its name. */
  Instruction the(String name) {
    List<Instruction> found = all(name);
    if (found.size() != 1) {
      throw new AssertionError("%d instructions %s".formatted(found.size(), name));
    }
    return found.get(0);
  }

  /** What ENV sets. */
  Map<String, String> environment() {
    Map<String, String> variables = new LinkedHashMap<>();
    for (Instruction instruction : all("ENV")) {
      for (String word : instruction.words()) {
        String[] parts = word.split("=", 2);
        variables.put(parts[0], parts[1]);
      }
    }
    return variables;
  }
}
