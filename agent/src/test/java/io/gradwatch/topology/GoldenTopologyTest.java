package io.gradwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.metrics.Metrics;
import io.gradwatch.report.ModelReport;
import io.gradwatch.sample.OpenInferenceJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

/**
 * Names of nodes and stores are names of topics and of state: a change is an upgrade for every
 * user.
 */
class GoldenTopologyTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  private final Metrics metrics = new Metrics();

  @Test
  void samplingIsAsReleased() throws IOException {
    assertGolden(
        "sampling-topology.txt",
        SamplingTopology.of(
            List.of(Traffic.model()),
            Traffic.TOPICS,
            new OpenInferenceJson(),
            () -> SourceView.UNKNOWN,
            metrics));
  }

  @Test
  void importanceIsAsReleased() throws IOException {
    assertGolden(
        "importance-topology.txt",
        ImportanceTopology.of(
            List.of(Traffic.model()),
            Traffic.TOPICS,
            1,
            new OpenInferenceJson(),
            () -> SourceView.UNKNOWN,
            () -> {
              throw new AssertionError("no task is started");
            },
            new ModelReport(metrics, 1),
            metrics));
  }

  private static void assertGolden(String name, Topology topology) throws IOException {
    String description = topology.describe().toString();
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.writeString(GOLDEN.resolve(name), description);
    }
    assertThat(description).isEqualTo(Files.readString(GOLDEN.resolve(name)));
  }
}
