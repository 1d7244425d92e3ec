package io.gradwatch.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A Python that has torch, which makes the models and is compared with. */
final class Python {
  private static final List<String> CANDIDATES = List.of("python3", "/usr/bin/python3");
  private static final String MODULES = "import torch, torchvision, functorch, numpy";

  private final String program;

  private Python(String program) {
    this.program = program;
  }

  /**
   * The first that has what the scripts need.
   *
   * @throws IOException if none has, saying what to install
   */
  static Python find() throws IOException, InterruptedException {
    for (String candidate : CANDIDATES) {
      if (has(candidate)) {
        return new Python(candidate);
      }
    }
    throw new IOException(
        "the benchmark needs Python with torch, torchvision and functorch, and neither of %s has them: "
                .formatted(CANDIDATES)
            + "apt-get install python3-torch python3-torchvision, or pip install torch torchvision");
  }

  /** Runs a script of src/test/python and gives the last line that it prints. */
  String run(String script, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program, "src/test/python/" + script));
    command.addAll(List.of(arguments));
    return Child.lastLine(command);
  }

  private static boolean has(String candidate) throws InterruptedException {
    try {
      return new ProcessBuilder(candidate, "-c", MODULES)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
