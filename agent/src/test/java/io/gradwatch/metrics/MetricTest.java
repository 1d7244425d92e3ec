package io.gradwatch.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetricTest {
  @ParameterizedTest
  @EnumSource(Metric.class)
  void namesFollowThePrometheusConventions(Metric metric) {
    assertThat(metric.exportedName()).matches("gradwatch(_[a-z]+)+");
    assertThat(metric.exportedName().endsWith("_total"))
        .isEqualTo(metric.type() == Metric.Type.COUNTER);
    assertThat(metric.exportedName().endsWith("_info"))
        .isEqualTo(metric.type() == Metric.Type.INFO);
    if (!metric.unit().isEmpty()) {
      assertThat(metric.exportedName()).endsWith("_" + metric.unit());
    }
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void helpIsOneSentence(Metric metric) {
    assertThat(metric.help()).matches("[A-Z1].*[^.]\\.").doesNotContain("|");
  }

  @Test
  void tableIsTheOneInTheDocumentation() {
    Golden.check("metrics.md", Metric.markdown());
  }
}
