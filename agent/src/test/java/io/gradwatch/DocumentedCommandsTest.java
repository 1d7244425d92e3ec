package io.gradwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gradwatch.Documents.Line;
import io.gradwatch.bench.Bench;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each command that a document tells people to type is seen to: a test runs it, or the document
 * says beside it what it needs that is not where the project is built. Maven's are looked up.
 */
class DocumentedCommandsTest {
  private static final Path TESTS = Path.of("src/test/java/io/gradwatch");
  private static final Pattern MAVEN = Pattern.compile("`(\\./mvnw [^`]+)`");
  private static final Pattern WORD = Pattern.compile("(?:[^\\s\"']|\"[^\"]*\"|'[^']*')+");
  private static final Pattern PROPERTY = Pattern.compile("-D([^=]+)(?:=(.*))?");
  private static final Set<String> GOALS = Set.of("verify", "test", "package", "spotless:apply");

  /** Of Maven and Java. */
  private static final Set<String> STANDARD = Set.of("skipTests", "jna.library.path");

  /** What is not on every machine that builds the project. */
  private static final Pattern NEEDS =
      Pattern.compile(
          "# .*\\bneeds .*\\b(Docker|buildah|podman|Helm 3|cluster|GPU|root|broker|Python|Debian's|npm|mmdebstrap)\\b.*");

  /**
   * The first words of a command, and the test that runs it; with a text by which that test can be
   * told to do so, where it is not the command's own words.
   */
  private record Run(String test, @Nullable String text) {
    Run(String test) {
      this(test, null);
    }
  }

  private static final Map<String, Run> RUN_BY = new LinkedHashMap<>();

  static {
    RUN_BY.put("gradwatch backtest", new Run("cli/MainTest"));
    RUN_BY.put("gradwatch baseline create", new Run("cli/BaselineIT"));
    RUN_BY.put("gradwatch compare", new Run("cli/CompareCommandTest"));
    RUN_BY.put("gradwatch completion", new Run("cli/CompletionCommandTest"));
    RUN_BY.put("gradwatch config", new Run("cli/TopicsCommandTest"));
    RUN_BY.put(
        "gradwatch demo --bootstrap-servers", new Run("cli/MainTest", "--bootstrap-servers"));
    RUN_BY.put("gradwatch demo", new Run("demo/DemoIT"));
    RUN_BY.put("gradwatch doctor", new Run("cli/MainTest"));
    RUN_BY.put("gradwatch importance", new Run("cli/MainTest"));
    RUN_BY.put("gradwatch report", new Run("cli/BaselineIT"));
    RUN_BY.put("gradwatch run --dry-run", new Run("agent/InstallationIT", "DryRun.examine"));
    RUN_BY.put("gradwatch run", new Run("agent/InstallationIT"));
    RUN_BY.put("gradwatch selftest", new Run("cli/SelfTestIT"));
    RUN_BY.put("gradwatch topics --create", new Run("agent/InstallationIT", "PlannedTopic.create"));
    RUN_BY.put("gradwatch topics", new Run("cli/TopicsCommandTest"));
    RUN_BY.put("acl=", new Run("agent/SecuredAgentsIT", "DocumentedAcls.read"));
    RUN_BY.put("$acl ", new Run("agent/SecuredAgentsIT", "DocumentedAcls.read"));
    RUN_BY.put("deploy/release.sh", new Run("deploy/ReleaseTest", "release.sh"));
    RUN_BY.put("sed -i", new Run("metrics/AlertRulesTest", "sed -i "));
    RUN_BY.put("openssl pkcs12", new Run("DocumentedCommandsTest", "openssl"));
  }

  @TempDir private Path folder;

  static List<Line> commands() throws IOException {
    return Documents.shell();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void isRunByATestOrSaysWhatItNeeds(Line command) throws IOException {
    String typed = typed(command);
    for (String word : words(typed)) {
      if (word.matches("(deploy|agent/src|grafana)/[\\w./-]+")) {
        assertThat(Documents.ROOT.resolve(word)).as("%s", command).exists();
      }
    }
    if (typed.startsWith("gradwatch ")) {
      assertThatCode(() -> parse(words(typed))).as("%s", command).doesNotThrowAnyException();
    }
    if (typed.startsWith("./mvnw ")) {
      assertMavenKnows(command);
    } else if (!NEEDS.matcher(command.text()).find() && runBy(typed) == null) {
      fail(
          """
          %s
          No test runs this command. Let one run it and name it in RUN_BY, or say beside the command \
          (or in the first line of its block) what it needs that is not where the project is built: \
          '# needs Docker', '# needs a cluster', ... (see NEEDS)"""
              .formatted(command));
    }
  }

  private static @Nullable String runBy(String typed) {
    return RUN_BY.keySet().stream().filter(typed::startsWith).findFirst().orElse(null);
  }

  @Test
  void theTestsThatRunThemDo() throws IOException {
    List<String> used = commands().stream().map(line -> runBy(typed(line))).toList();
    for (Map.Entry<String, Run> entry : RUN_BY.entrySet()) {
      Run run = entry.getValue();
      String source = Files.readString(TESTS.resolve(run.test() + ".java"));
      assertThat(used).as("no document shows it").contains(entry.getKey());
      String text = run.text();
      if (text != null) {
        assertThat(source).as(run.test()).contains(text);
      } else {
        words(entry.getKey()).stream()
            .skip(1)
            .forEach(word -> assertThat(source).as(run.test()).contains("\"" + word + "\""));
      }
    }
  }

  static List<Line> inline() throws IOException {
    return Documents.mentions(MAVEN);
  }

  /** What Maven is told: goals, modules, profiles, tests, benchmarks and properties. */
  @ParameterizedTest
  @MethodSource("inline")
  void assertMavenKnows(Line command) throws IOException {
    String poms = Files.readString(Path.of("../pom.xml")) + Files.readString(Path.of("pom.xml"));
    List<String> words = words(typed(command));
    for (int i = 1; i < words.size(); i++) {
      String word = words.get(i);
      Matcher property = PROPERTY.matcher(word);
      if (property.matches()) {
        String value = Objects.requireNonNullElse(property.group(2), "");
        assertIsProperty(command, property.group(1), value, poms);
      } else if (word.equals("-pl")) {
        assertThat(poms).as("%s", command).contains("<module>" + words.get(++i) + "</module>");
      } else if (word.startsWith("-P")) {
        assertThat(poms).as("%s", command).contains("<id>" + word.substring(2) + "</id>");
      } else if (!word.equals("-q")) {
        assertThat(GOALS).as("%s", command).contains(word);
      }
    }
  }

  private static void assertIsProperty(Line command, String name, String value, String poms)
      throws IOException {
    switch (name) {
      case "test", "it.test" -> {
        for (String test : value.split(",", -1)) {
          assertThat(sources()).as("%s", command).containsKey(test);
        }
      }
      case "bench" -> assertThat(Bench.names()).as("%s", command).contains(value);
      case "demo.args" -> {
        List<String> words = words("gradwatch demo " + value.replaceAll("[\"']", ""));
        assertThatCode(() -> parse(words)).as("%s", command).doesNotThrowAnyException();
      }
      default ->
          assertThat(
                  STANDARD.contains(name)
                      || poms.contains("<" + name)
                      || sources().values().stream()
                          .anyMatch(it -> it.contains("\"" + name + "\"")))
              .as("%s: nothing reads %s", command, name)
              .isTrue();
    }
  }

  /** The tests' sources by their class. */
  private static Map<String, String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(TESTS)) {
      Map<String, String> sources = new LinkedHashMap<>();
      for (Path file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
        sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
      }
      return sources;
    }
  }

  /** Without a remark, or what becomes of the output. */
  private static String typed(Line command) {
    return command.text().replaceFirst("\\s(#|\\||>|2>|&&)\\s.*", "");
  }

  private static List<String> words(String typed) {
    return WORD.matcher(typed).results().map(MatchResult::group).toList();
  }

  private static void parse(List<String> words) {
    String[] arguments =
        words.stream()
            .skip(1)
            .map(word -> word.replaceAll("^[\"']|[\"']$", ""))
            .toArray(String[]::new);
    Commands.program().parseArgs(arguments);
  }

  @Test
  void opensslMakesAKeystoreThatJavaReads() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "there is no openssl");
    String documented =
        commands().stream()
            .map(DocumentedCommandsTest::typed)
            .filter(typed -> typed.startsWith("openssl pkcs12"))
            .collect(Collectors.joining("\n"));
    shell("openssl req -x509 -newkey rsa:2048 -nodes -keyout tls.key -out tls.crt -subj /CN=here");
    Files.writeString(folder.resolve("http-password"), "secret\n");

    shell(documented);

    try (InputStream stream = Files.newInputStream(folder.resolve("http.p12"))) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(stream, "secret".toCharArray());
      assertThat(store.isKeyEntry(store.aliases().nextElement())).isTrue();
    }
  }

  private void shell(String command) throws Exception {
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder("sh", "-ec", command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor()).as(() -> readable(output)).isZero();
  }

  private static String readable(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
