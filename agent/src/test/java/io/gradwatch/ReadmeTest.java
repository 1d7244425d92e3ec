package io.gradwatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.cli.Main;
import io.gradwatch.config.ConfigDocument;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.metrics.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What the README says of tables, commands, configuration and files is so. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..");
  private static final Path README = ROOT.resolve("README.md");

  @Test
  void showsTheTableOfTheConfiguration() throws IOException {
    Block.check(README, "config", ConfigDocument.markdown());
  }

  @Test
  void showsTheTableOfTheMetrics() throws IOException {
    Block.check(README, "metrics", Metric.markdown());
  }

  @Test
  void showsAConfigurationThatIsValidWithAndWithoutItsMapping() throws IOException {
    List<String> blocks = yaml();
    Map<String, String> environment = Map.of("KAFKA_JAAS", "none");

    assertThat(blocks).hasSize(2);
    GradwatchConfig config = GradwatchConfig.parse(blocks.get(0), "README.md", environment);
    assertThat(config.models()).hasSize(1);
    GradwatchConfig mapped =
        GradwatchConfig.parse(String.join("", blocks), "README.md", environment);
    assertThat(mapped.models().get(0).payload().mapping().inputs()).hasSize(3);
  }

  private static List<String> yaml() throws IOException {
    return find("(?s)```yaml\n(.*?)```").map(block -> block.group(1)).toList();
  }

  @ParameterizedTest
  @MethodSource
  void namesOnlyCommandsAndOptionsThatExist(String line) {
    CommandSpec command = program();
    for (String word : List.of(line.replaceFirst("#.*", "").strip().split("\\s+"))) {
      if (word.startsWith("-")) {
        assertThat(command.optionsMap()).as(line).containsKey(word);
      } else if (command.subcommands().containsKey(word)) {
        command = command.subcommands().get(word).getCommandSpec();
      }
    }
    assertThat(command.subcommands()).as("'%s' lacks its subcommand", line).isEmpty();
    assertThat(command.parent()).as("'%s' names no command", line).isNotNull();
  }

  static List<String> namesOnlyCommandsAndOptionsThatExist() throws IOException {
    return find("(?m)^gradwatch (.*)$").map(match -> match.group(1)).toList();
  }

  @Test
  void showsEveryCommand() throws IOException {
    List<String> shown =
        find("(?m)^gradwatch ([a-z]+)").map(match -> match.group(1)).distinct().toList();

    assertThat(shown).containsExactlyInAnyOrderElementsOf(program().subcommands().keySet());
  }

  @Test
  void linksOnlyWhatExists() throws IOException {
    assertThat(find("\\[[^\\]]+\\]\\((?!http)([^)#]+)\\)").map(match -> match.group(1)))
        .isNotEmpty()
        .allSatisfy(link -> assertThat(ROOT.resolve(link)).exists());
  }

  /** The commands as they are declared; nothing is run. */
  private static CommandSpec program() {
    return new CommandLine(Main.class, new Instances()).getCommandSpec();
  }

  /** Makes commands, whose constructors only this package's neighbours may call. */
  private static final class Instances implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      var constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    }
  }

  private static Stream<MatchResult> find(String pattern) throws IOException {
    return Pattern.compile(pattern).matcher(readme()).results();
  }

  private static String readme() throws IOException {
    return Files.readString(README);
  }
}
