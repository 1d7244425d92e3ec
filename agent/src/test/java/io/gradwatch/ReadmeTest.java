package io.gradwatch;

import static org.assertj.core.api.Assertions.assertThat;

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

/** What the README and its pages say of settings, metrics and commands is so. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..");
  private static final Path README = ROOT.resolve("README.md");
  private static final Path CONFIGURATION = ROOT.resolve("deploy/CONFIGURATION.md");
  private static final Path METRICS = ROOT.resolve("deploy/METRICS.md");

  @Test
  void showsTheTableOfTheConfiguration() throws IOException {
    Block.check(CONFIGURATION, "config", ConfigDocument.markdown());
  }

  @Test
  void showsTheTableOfTheMetrics() throws IOException {
    Block.check(METRICS, "metrics", Metric.markdown());
  }

  @Test
  void showsAConfigurationThatIsValidWithAndWithoutItsMapping() throws IOException {
    List<String> blocks = yaml(CONFIGURATION);
    Map<String, String> environment = Map.of("KAFKA_JAAS", "none");

    assertThat(blocks).hasSize(2);
    assertThat(yaml(README)).containsExactly(blocks.get(0));
    GradwatchConfig config = GradwatchConfig.parse(blocks.get(0), "gradwatch.yaml", environment);
    assertThat(config.models()).hasSize(1);
    GradwatchConfig mapped =
        GradwatchConfig.parse(String.join("", blocks), "gradwatch.yaml", environment);
    assertThat(mapped.models().get(0).payload().mapping().inputs()).hasSize(3);
  }

  private static List<String> yaml(Path page) throws IOException {
    return find(page, "(?s)```yaml\n(.*?)```").map(block -> block.group(1)).toList();
  }

  @Test
  void showsEveryCommand() throws IOException {
    List<String> shown =
        find(README, "(?m)^gradwatch ([a-z]+)").map(match -> match.group(1)).distinct().toList();

    assertThat(shown)
        .containsExactlyInAnyOrderElementsOf(Commands.program().getSubcommands().keySet());
  }

  private static Stream<MatchResult> find(Path page, String pattern) throws IOException {
    return Pattern.compile(pattern).matcher(Files.readString(page)).results();
  }
}
