package io.gradwatch.topology;

import io.gradwatch.metrics.Metrics;
import io.gradwatch.report.ModelReport;
import io.gradwatch.sample.Field;
import io.gradwatch.window.JoinSettings;
import io.gradwatch.window.LabelSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

/**
 * Names of nodes and stores are names of topics and of state: a change is an upgrade for every
 * user.
 */
class GoldenTopologyTest {
  private final Metrics metrics = new Metrics();

  @Test
  void samplingIsAsReleased() throws IOException {
    assertGolden(
        "sampling-topology.txt",
        SamplingTopology.of(
            List.of(Traffic.model()), Traffic.TOPICS, () -> SourceView.UNKNOWN, metrics));
  }

  @Test
  void importanceIsAsReleased() throws IOException {
    assertGolden("importance-topology.txt", importance(Traffic.model()));
  }

  @Test
  void joinsAreAsReleased() throws IOException {
    StreamModel labelled =
        Traffic.labelled(
            8, new LabelSource("labels", new Field.Key(), Duration.ofHours(1), 1 << 20));
    StreamModel joined =
        Traffic.joined(
            labelled,
            new JoinSettings(new Field.Header("ce_id"), true, List.of("responses")),
            labelled.window());

    assertGolden(
        "joining-sampling-topology.txt",
        SamplingTopology.of(List.of(joined), Traffic.TOPICS, () -> SourceView.UNKNOWN, metrics));
    assertGolden("joining-importance-topology.txt", importance(joined));
  }

  private Topology importance(StreamModel model) {
    return ImportanceTopology.of(
        List.of(model),
        Traffic.TOPICS,
        1,
        () -> SourceView.UNKNOWN,
        () -> {
          throw new AssertionError("no task is started");
        },
        new ModelReport(metrics, 1),
        metrics);
  }

  private static void assertGolden(String name, Topology topology) throws IOException {
    GoldenFile.assertEqual(name, topology.describe().toString());
  }
}
