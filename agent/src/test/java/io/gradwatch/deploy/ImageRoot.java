package io.gradwatch.deploy;

import io.gradwatch.agent.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The root file system of the CPU image, made of Debian's packages by the recipe's own commands and
 * without Docker. Needs Debian's packages mmdebstrap and bubblewrap, and root.
 *
 * @param folder the root
 */
record ImageRoot(Path folder) {
  private static final String USER = "10001";

  /** Builds it; takes some minutes. */
  static ImageRoot build(Path folder) throws IOException, InterruptedException {
    Dockerfile recipe = Dockerfile.read("Dockerfile");
    String install = recipe.stage("AS java").the("RUN").arguments();
    var packages = Pattern.compile("--no-install-recommends ([^&]+)").matcher(install);
    if (!packages.find()) {
      throw new IllegalStateException("no packages in: " + install);
    }
    run(
        "mmdebstrap",
        "--variant=minbase",
        "--include=" + packages.group(1).strip().replace(' ', ','),
        "bookworm",
        folder.toString());
    ImageRoot root = new ImageRoot(folder);
    run("cp", "-r", Program.home().toString(), folder.resolve("opt/gradwatch").toString());
    Files.copy(Path.of("../deploy/warm-up.jsonl"), folder.resolve("tmp/warm-up.jsonl"));
    Dockerfile libtorch = recipe.stage("AS libtorch");
    root.write(libtorch.environment(), libtorch.the("RUN").arguments());
    Files.delete(folder.resolve("tmp/warm-up.jsonl"));
    root.write(Map.of(), recipe.lastStage().the("RUN").arguments());
    return root;
  }

  /** Runs a command of the recipe, as the build does: as root, and it may write. */
  private void write(Map<String, String> environment, String command)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("bwrap", "--bind", folder.toString(), "/"));
    words.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--clearenv"));
    words.addAll(List.of("--setenv", "PATH", "/usr/sbin:/usr/bin:/sbin:/bin"));
    environment.forEach((name, value) -> words.addAll(List.of("--setenv", name, value)));
    words.addAll(List.of("sh", "-c", command));
    run(words.toArray(String[]::new));
  }

  /**
   * The words before a command that run it as compose.yaml does: the image's user, no capability, a
   * root that nobody can write to, {@code /tmp} in memory, and the state in a folder.
   *
   * @param environment over the image's own
   */
  List<String> locked(Path config, Path state, Map<String, String> environment) throws IOException {
    List<String> words = new ArrayList<>(List.of("bwrap", "--unshare-user", "--unshare-pid"));
    words.addAll(List.of("--uid", USER, "--gid", USER, "--cap-drop", "ALL", "--die-with-parent"));
    words.add("--clearenv");
    Map<String, String> image = Dockerfile.read("Dockerfile").lastStage().environment();
    for (Map<String, String> variables : List.of(image, environment)) {
      variables.forEach((name, value) -> words.addAll(List.of("--setenv", name, value)));
    }
    words.addAll(List.of("--ro-bind", folder.toString(), "/", "--proc", "/proc", "--dev", "/dev"));
    words.addAll(List.of("--tmpfs", "/tmp", "--bind", state.toString(), "/var/lib/gradwatch"));
    words.addAll(List.of("--ro-bind", config.toString(), "/etc/gradwatch"));
    return words;
  }

  /** Kilobytes of a folder of the image. */
  long kilobytes(String path) throws IOException, InterruptedException {
    Process du =
        new ProcessBuilder("du", "-sk", folder.resolve(path).toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String size =
        new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .replaceFirst("(?s)\\s.*", "");
    du.waitFor();
    return Long.parseLong(size);
  }

  private static void run(String... words) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", words) + " ended with " + process.exitValue());
    }
  }
}
