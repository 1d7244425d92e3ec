package io.gradwatch.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final Metrics metrics = new Metrics();

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void exportsEachMetricOfTheCatalogueUnderItsName() {
    for (Metric metric : Metric.values()) {
      String[] tags = metric.tags().stream().map(tag -> "some-" + tag).toArray(String[]::new);
      switch (metric.type()) {
        case COUNTER -> metrics.add(metric, 3, tags);
        case GAUGE -> metrics.set(metric, 0.25, tags);
        case HISTOGRAM -> metrics.record(metric, 0.75, tags);
        case INFO -> metrics.state(metric, tags);
      }
    }

    assertThat(metrics.scrape().lines())
        .filteredOn(line -> line.startsWith("# TYPE"))
        .extracting(line -> line.replaceAll("# TYPE (\\S+) .*", "$1"))
        .contains(Arrays.stream(Metric.values()).map(Metric::exportedName).toArray(String[]::new));
    Golden.check("metrics.txt", metrics.scrape());
  }

  @Test
  void gaugeReadsWhatWasSetLast() {
    metrics.set(Metric.DRIFT_EVIDENCE, 0.5, "fraud");
    metrics.set(Metric.DRIFT_EVIDENCE, 0.75, "fraud");

    assertThat(metrics.scrape()).contains("gradwatch_drift_evidence_ratio{model=\"fraud\"} 0.75");
  }

  @Test
  void removedGaugeDisappearsAndComesBackWithItsNewValue() {
    metrics.set(Metric.DRIFT_EVIDENCE, 0.5, "fraud");
    metrics.remove(Metric.DRIFT_EVIDENCE, "fraud");
    assertThat(metrics.scrape()).doesNotContain("gradwatch_drift_evidence_ratio{");

    metrics.set(Metric.DRIFT_EVIDENCE, 0.25, "fraud");
    assertThat(metrics.scrape()).contains("gradwatch_drift_evidence_ratio{model=\"fraud\"} 0.25");
  }

  @Test
  void removesTheSeriesWithTheGivenLeadingTagValuesAndNoOther() {
    metrics.set(Metric.IMPORTANCE_SHARE, 1, "fraud", "fc1.weight", "taylor");
    metrics.set(Metric.IMPORTANCE_SHARE, 1, "fraud", "fc1.bias", "taylor");
    metrics.set(Metric.IMPORTANCE_SHARE, 1, "churn", "fc1.weight", "taylor");

    metrics.remove(Metric.IMPORTANCE_SHARE, "fraud", "fc1.weight");
    assertThat(shares()).containsExactlyInAnyOrder("fraud fc1.bias", "churn fc1.weight");

    metrics.remove(Metric.IMPORTANCE_SHARE, "fraud");
    assertThat(shares()).containsExactly("churn fc1.weight");

    metrics.remove(Metric.IMPORTANCE_SHARE);
    assertThat(shares()).isEmpty();
  }

  @Test
  void infoOfAnOldVersionIsRemoved() {
    metrics.state(Metric.MODEL_INFO, "fraud", "1");
    metrics.remove(Metric.MODEL_INFO, "fraud");
    metrics.state(Metric.MODEL_INFO, "fraud", "2");

    assertThat(metrics.scrape())
        .contains("gradwatch_model_info{model=\"fraud\",version=\"2\"} 1")
        .doesNotContain("version=\"1\"");
  }

  @Test
  void counterAppearsAtZeroBeforeItsFirstEvent() {
    metrics.add(Metric.SAMPLES_REFUSED, 0, "fraud", "malformed");

    assertThat(metrics.scrape())
        .contains("gradwatch_samples_refused_total{model=\"fraud\",reason=\"malformed\"} 0.0");
  }

  @Test
  void countsWhatManyThreadsAdd() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    CountDownLatch start = new CountDownLatch(1);
    try {
      Future<?>[] adding = new Future<?>[4];
      for (int i = 0; i < adding.length; i++) {
        adding[i] =
            threads.submit(
                () -> {
                  start.await();
                  for (int n = 0; n < 10_000; n++) {
                    metrics.add(Metric.SAMPLES_SEEN, 1, "fraud");
                  }
                  return null;
                });
      }
      start.countDown();
      for (Future<?> each : adding) {
        each.get();
      }
    } finally {
      threads.shutdown();
    }

    assertThat(metrics.scrape()).contains("gradwatch_samples_seen_total{model=\"fraud\"} 40000.0");
  }

  @Test
  void refusesWhatTheCatalogueDoesNotHave() {
    assertThatThrownBy(() -> metrics.set(Metric.SAMPLES_SEEN, 1, "fraud"))
        .hasMessage("gradwatch_samples_seen_total is a COUNTER, not a GAUGE");
    assertThatThrownBy(() -> metrics.add(Metric.SAMPLES_REFUSED, 1, "fraud"))
        .hasMessage(
            "gradwatch_samples_refused_total needs values for [model, reason], got [fraud]");
    assertThatThrownBy(() -> metrics.add(Metric.SAMPLES_SEEN, -1, "fraud"))
        .hasMessage("gradwatch_samples_seen_total only grows: cannot add -1.0");
    assertThatThrownBy(() -> metrics.record(Metric.IMPORTANCE_COMPUTE, -1, "fraud"))
        .hasMessage("gradwatch_importance_compute_seconds cannot take -1.0 seconds");
  }

  private String[] shares() {
    return metrics
        .scrape()
        .lines()
        .filter(line -> line.startsWith(Metric.IMPORTANCE_SHARE.exportedName() + "{"))
        .map(line -> line.replaceAll(".*group=\"([^\"]+)\".*model=\"([^\"]+)\".*", "$2 $1"))
        .toArray(String[]::new);
  }
}
