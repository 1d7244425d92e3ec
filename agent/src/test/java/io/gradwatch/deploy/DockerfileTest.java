package io.gradwatch.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.deploy.Dockerfile.Instruction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recipes of the images keep to the rules of an image that one can trust, and are complete. */
class DockerfileTest {
  private static final Path ROOT = Path.of("..");
  private static final String CPU = "Dockerfile";
  private static final String CUDA = "Dockerfile.cuda";

  @ParameterizedTest
  @ValueSource(strings = {CPU, CUDA})
  void copiesOnlyWhatTheContextHas(String file) throws IOException {
    Dockerfile stages = Dockerfile.read(file);

    assertThat(stages.instructions()).extracting(Instruction::name).doesNotContain("ADD");
    for (Instruction copy : stages.all("COPY")) {
      List<String> words = copy.words();
      if (copy.arguments().contains("--from=")) {
        String from = copy.arguments().replaceFirst("(?s).*--from=(\\S+).*", "$1");
        assertThat(stages.all("FROM"))
            .anySatisfy(stage -> assertThat(stage.arguments()).endsWith(" AS " + from));
        continue;
      }
      for (String source : words.subList(0, words.size() - 1)) {
        assertThat(ROOT.resolve(source)).exists();
        assertThat(isIgnored(source)).as(source).isFalse();
      }
    }
  }

  @Test
  void contextHasAllThatTheBuildReadsAndNothingItMade() throws IOException {
    for (String file :
        List.of(
            "mvnw",
            "pom.xml",
            "LICENSE",
            ".mvn/wrapper/maven-wrapper.properties",
            "agent/pom.xml",
            "agent/src/main/java/io/gradwatch/cli/Main.java",
            "agent/src/main/assembly/unpacked.xml",
            "agent/src/main/dist/demo/digits.pt")) {
      assertThat(ROOT.resolve(file)).exists();
      assertThat(isIgnored(file)).as(file).isFalse();
    }
    for (String file : List.of(".git/config", "agent/target/gradwatch/LICENSE", "README.md")) {
      assertThat(isIgnored(file)).as(file).isTrue();
    }
  }

  @Test
  void contextHasNoTestsAndTheBuildNeedsNone() throws IOException {
    assertThat(isIgnored("agent/src/test/protobuf")).isTrue();
    assertThat(Files.readString(ROOT.resolve("agent/pom.xml")))
        .containsPattern("(?s)<sourceDirectory>src/test/.{0,200}<failOnMissingSources>false<");
  }

  @ParameterizedTest
  @ValueSource(strings = {CPU, CUDA})
  void endsInAnImageThatRunsWithoutRightsAndStopsInOrder(String file) throws IOException {
    Dockerfile last = lastStage(file);

    assertThat(last.the("USER").arguments()).matches("[1-9]\\d*:[1-9]\\d*");
    assertThat(last.the("STOPSIGNAL").arguments()).isEqualTo("SIGTERM");
    for (String form : List.of("ENTRYPOINT", "CMD")) {
      assertThat(last.the(form).arguments()).as("exec form").startsWith("[").endsWith("]");
    }
    assertThat(last.the("HEALTHCHECK").arguments())
        .containsPattern("CMD \\[\"bash\", \"-c\"")
        .contains("/healthz");
    assertThat(last.instructions().get(0).arguments()).doesNotContain("scratch");
    assertThat(last.all("RUN")).noneMatch(run -> run.arguments().contains("sudo"));
    assertThat(last.the("LABEL").arguments())
        .contains(
            "org.opencontainers.image.title",
            "org.opencontainers.image.licenses=\"Apache-2.0\"",
            "org.opencontainers.image.version",
            "org.opencontainers.image.revision");
  }

  @ParameterizedTest
  @ValueSource(strings = {CPU, CUDA})
  void startsFromAPinnedBase(String file) throws IOException {
    Dockerfile instructions = Dockerfile.read(file);

    assertThat(instructions.instructions().get(0).arguments())
        .matches("DEBIAN=debian:[a-z]+-\\d{8}-slim");
    assertThat(instructions.all("FROM"))
        .allSatisfy(
            from -> assertThat(from.words().get(0)).matches("\\$\\{DEBIAN\\}|scratch|java"));
  }

  @Test
  void namesTheLibtorchThatTheProjectIsBuiltWith() throws IOException {
    String pom = Files.readString(ROOT.resolve("pom.xml"));
    String version = pom.replaceFirst("(?s).*<libtorch.version>(.*?)<.*", "$1");

    for (String file : List.of(CPU, CUDA)) {
      assertThat(environment(file)).containsEntry("PYTORCH_VERSION", version);
      assertThat(environment(file)).containsKeys("PYTORCH_LIBRARY_PATH", "DJL_CACHE_DIR");
    }
    String page = Files.readString(ROOT.resolve("deploy/CUDA.md"));
    String flavour = page.replaceFirst("(?s).*PYTORCH_FLAVOR=(\\w+).*", "$1");
    assertThat(environment(CUDA)).containsEntry("PYTORCH_FLAVOR", flavour);
    assertThat(Files.readString(ROOT.resolve("deploy").resolve(CUDA)))
        .contains("torch==" + version, "/whl/" + flavour);
  }

  /** An argument before the first stage is known to a stage only if that names it again. */
  @ParameterizedTest
  @ValueSource(strings = {CPU, CUDA})
  void buildsTheProgramUnderTheVersionOfTheImage(String file) throws IOException {
    Dockerfile build = Dockerfile.read(file).stage("AS build");

    assertThat(build.all("RUN"))
        .anySatisfy(run -> assertThat(run.arguments()).contains("-Drevision=${VERSION}"));
    assertThat(build.the("ARG").arguments()).isEqualTo("VERSION");
    String revision =
        Files.readString(ROOT.resolve("pom.xml")).replaceFirst("(?s).*<revision>(.*?)<.*", "$1");
    assertThat(Dockerfile.read(file).instructions())
        .contains(new Instruction("ARG", "VERSION=" + revision));
  }

  @Test
  void checksTheHealthAlikeInBothImagesAndCompose() throws IOException {
    String check = check(CPU);

    assertThat(check(CUDA)).isEqualTo(check);
    assertThat(Files.readString(ROOT.resolve("deploy/compose.yaml")))
        .contains(check.replace("$", "$$"));
  }

  private static String check(String file) throws IOException {
    return lastStage(file).the("HEALTHCHECK").arguments().replaceFirst("(?s).*CMD \\[", "");
  }

  private static Map<String, String> environment(String file) throws IOException {
    return lastStage(file).environment();
  }

  private static Dockerfile lastStage(String file) throws IOException {
    return Dockerfile.read(file).lastStage();
  }

  /** Whether .dockerignore keeps a path out: the last line that matches it or a folder of it. */
  private static boolean isIgnored(String path) throws IOException {
    boolean ignored = false;
    for (String line : Files.readAllLines(ROOT.resolve(".dockerignore"))) {
      String pattern = line.startsWith("!") ? line.substring(1) : line;
      boolean matches =
          !line.isBlank()
              && !line.startsWith("#")
              && (path + "/").matches(Pattern.quote(pattern).replace("*", "\\E[^/]*\\Q") + "/.*");
      ignored = matches ? !line.startsWith("!") : ignored;
    }
    return !path.equals(".") && ignored;
  }
}
