package io.gradwatch.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** The script of releases refuses what would be no release, and the workflows may do little. */
class ReleaseTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path SCRIPT = ROOT.resolve("deploy/release.sh");

  @TempDir private Path folder;

  /** Exit code and output of the script in a repository of its own. */
  private record Ended(int code, String output) {}

  private Ended release(String... arguments) throws Exception {
    Files.createDirectories(folder.resolve("deploy"));
    Files.createDirectories(folder.resolve("agent"));
    Files.copy(SCRIPT, folder.resolve("deploy/release.sh"));
    Files.writeString(
        folder.resolve("agent/CHANGELOG.md"),
        "## 1.3.0, unreleased\n\n## 1.2.0, 2026-01-01\n\n- x\n");
    Path chart = Files.createDirectories(folder.resolve("deploy/helm/gradwatch"));
    Files.writeString(chart.resolve("Chart.yaml"), "version: 1.1.0\nappVersion: 1.1.0\n");
    git("init", "-q");
    git("add", ".");
    git("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "x");
    List<String> command = new ArrayList<>(List.of("bash", "deploy/release.sh"));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private void git(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    assertThat(run(command).code()).isZero();
  }

  private Ended run(List<String> command) throws Exception {
    Path output = Files.createTempFile("release", ".log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Ended(process.exitValue(), Files.readString(output));
  }

  @ParameterizedTest
  @CsvSource({
    "'', no tag such as v1.2.0 is checked out",
    "'--version 1.2', is not of the form 1.2.0",
    "'--version 9.9.9', has no section '## 9.9.9'",
    "'--version 1.2.0', has not appVersion: 1.2.0",
    "'--version 1.3.0', says '## 1.3.0, unreleased'",
    "'--publish', unknown option --publish",
  })
  void refusesInOneLine(String arguments, String message) throws Exception {
    Ended ended = release(arguments.isEmpty() ? new String[0] : arguments.split(" "));

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.output().lines()).singleElement().asString().contains(message);
  }

  @Test
  void refusesWhatIsNotCommitted() throws Exception {
    Files.writeString(folder.resolve("left.txt"), "x");
    Files.createDirectories(folder.resolve(".git"));
    release("--version", "1.2.0");
    Files.writeString(folder.resolve("other.txt"), "x");

    Ended ended = run(List.of("bash", "deploy/release.sh", "--version", "1.2.0"));

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.output()).contains("changes that are not committed");
  }

  /** What people type, and what the chart and Compose take, are the images of one version. */
  @Test
  void imagesHaveTheVersionOfTheChartEverywhere() throws IOException {
    Map<String, String> chart =
        new Yaml().load(Files.readString(ROOT.resolve("deploy/helm/gradwatch/Chart.yaml")));
    Pattern version =
        Pattern.compile(
            "(?:gradwatch[:-]|\\bVERSION=|\\bVERSION: |tag: )(\\d+\\.\\d+\\.\\d+)(?!\\S*-SNAPSHOT)");
    for (String file :
        List.of(
            "COMPOSE.md",
            "CUDA.md",
            "Dockerfile",
            "Dockerfile.cuda",
            "KUBERNETES.md",
            "compose.gpu.yaml",
            "compose.yaml")) {
      String text = Files.readString(ROOT.resolve("deploy").resolve(file));
      List<String> versions = version.matcher(text).results().map(it -> it.group(1)).toList();
      assertThat(versions).as(file).isNotEmpty().containsOnly(chart.get("appVersion"));
    }
    assertThat(chart).containsEntry("version", chart.get("appVersion"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ci.yml", "release.yml"})
  void workflowsPinTheirActionsAndMayOnlyRead(String name) throws IOException {
    String text = Files.readString(ROOT.resolve(".github/workflows").resolve(name));
    Map<String, Object> workflow = new Yaml().load(text);

    assertThat(workflow.get("permissions")).isEqualTo(Map.of("contents", "read"));
    assertThat(Pattern.compile("uses: (\\S+)").matcher(text).results().map(use -> use.group(1)))
        .isNotEmpty()
        .allSatisfy(use -> assertThat(use).matches("[\\w-]+/[\\w-]+@[0-9a-f]{40}|\\./\\S+"));
    Pattern.compile("(?m)(?:^|\\s)(\\.ci/run|deploy/\\S+\\.sh|\\./\\.github/\\S+)")
        .matcher(text)
        .results()
        .forEach(file -> assertThat(ROOT.resolve(file.group(1))).exists());
  }

  @Test
  void onlyTheJobThatPublishesMayWrite() throws IOException {
    Map<String, Map<String, Map<String, Object>>> workflow =
        new Yaml().load(Files.readString(ROOT.resolve(".github/workflows/release.yml")));

    workflow
        .get("jobs")
        .forEach(
            (name, job) ->
                assertThat(job.containsKey("permissions")).isEqualTo(name.equals("publish")));
  }
}
