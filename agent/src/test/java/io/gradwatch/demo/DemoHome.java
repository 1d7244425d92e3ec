package io.gradwatch.demo;

import io.gradwatch.agent.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The demonstration's installation with all that it leaves out for the sake of shortness: labels
 * are watched as well, there is a reference to compare the traffic with, and samples are smaller to
 * make up for it.
 */
final class DemoHome {
  private static final String CONFIGURATION = "demo/gradwatch.yaml";
  private static final String REFERENCE = "demo/reference.json";

  /** Windows of the reference: more than it needs, so that its error is small. */
  private static final int WINDOWS = 20;

  private static final int SAMPLES = 128;
  private static final int BOUND_SECONDS = 120;
  private static final long SEED = 7;

  private final Path path;

  private DemoHome(Path path) {
    this.path = path;
  }

  /** Makes it, with the installed program. */
  static DemoHome in(Path directory) throws IOException, InterruptedException {
    DemoHome home = new DemoHome(directory.resolve("home"));
    Files.createDirectories(home.path.resolve("demo"));
    try (Stream<Path> files = Files.list(Program.home().resolve("demo"))) {
      for (Path file : files.toList()) {
        Files.copy(file, home.path.resolve("demo").resolve(file.getFileName()));
      }
    }
    home.replace("labelled: true", "label-samples: 32");
    home.replace("samples: 256", "samples: " + SAMPLES);
    home.makeReference(directory);
    // Only now, since a file that is named must be there.
    home.replace("    periodic:", "    reference: ${HOME_DIR}/" + REFERENCE + "\n    periodic:");
    return home;
  }

  private void replace(String shipped, String ours) throws IOException {
    String before = Files.readString(configuration());
    if (!before.contains(shipped)) {
      throw new IllegalStateException(configuration() + " has no '" + shipped + "'");
    }
    Files.writeString(configuration(), before.replace(shipped, ours));
  }

  /** Of the same digits as the traffic, drawn otherwise. */
  private void makeReference(Path directory) throws IOException, InterruptedException {
    Path samples = directory.resolve("reference.jsonl");
    DigitRequests requests =
        new DigitRequests(DigitFile.heldOut(path.resolve("demo/digits.csv.gz")), SEED);
    try (OutputStream out = Files.newOutputStream(samples)) {
      for (int i = 0; i < WINDOWS * SAMPLES; i++) {
        out.write(requests.body(i, Shift.NONE));
        out.write('\n');
      }
    }
    try (Program program =
        Program.start(
            directory.resolve("reference.log"),
            List.of(),
            variables("127.0.0.1:1", 0),
            "baseline",
            "create",
            "--config=" + configuration(),
            "digits",
            "--samples=" + samples,
            "--output=" + path.resolve(REFERENCE))) {
      if (program.exitCode(BOUND_SECONDS) != 0) {
        throw new IllegalStateException("no reference was made: " + program.output());
      }
    }
  }

  Path configuration() {
    return path.resolve(CONFIGURATION);
  }

  /** What the program needs to run as installed here. */
  Map<String, String> environment() {
    // One thread of libtorch: several wait for each other where other programs run beside.
    return Map.of("JAVA_OPTS", "-Dgradwatch.home=" + path, "OMP_NUM_THREADS", "1");
  }

  /** The variables of the configuration, for commands beside the demonstration. */
  Map<String, String> variables(String bootstrapServers, int port) {
    Map<String, String> variables = new HashMap<>(environment());
    variables.put("BOOTSTRAP_SERVERS", bootstrapServers);
    variables.put("STATE_DIR", path.resolve("state").toString());
    variables.put("HOME_DIR", path.toString());
    variables.put("PORT", Integer.toString(port));
    return variables;
  }
}
