package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.importance.ModelSource;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ModelsTest {
  @Test
  void givesTheSegmentsOfAModelOneSourceAndAnotherModelItsOwn() {
    GradwatchConfig config =
        GradwatchConfig.parse(
            """
            kafka: {bootstrap.servers: 'none:9092'}
            models:
              - {name: a, path: a.pt, topics: [t], device: cpu, segments: {key: [x, y]}}
              - {name: b, path: b.pt, topics: [t], device: cpu}
              - {name: c, path: a.pt, topics: [t], device: cpu, micro-batch: 8}
            """,
            "test",
            Map.of());
    Map<String, ModelSource> sources =
        Objects.requireNonNull(Models.sources(config, location -> "").get("cpu"));

    assertThat(sources).containsOnlyKeys("a@x", "a@y", "b", "c");
    assertThat(sources.get("a@x")).isEqualTo(sources.get("a@y"));
    assertThat(sources.values().stream().distinct()).hasSize(3);
    assertThat(Models.sources(config, location -> "changed").get("cpu"))
        .doesNotContainValue(Objects.requireNonNull(sources.get("b")));
  }
}
