package io.gradwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.drift.DriftKind;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.importance.LabelledRows;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.importance.Tuning;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.report.Alert;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Traffic and concept, told apart by what follows the outcomes of windows. */
class ConceptTopologyTest {
  private static final ModelVersion VERSION = new ModelVersion("1", "ab".repeat(32));
  private static final String OWNER = Traffic.MODEL + "/" + VERSION;
  private static final int LABELS = 4;
  private static final int M = Traffic.model().drift().baselineWindows();

  private final Metrics metrics = new Metrics();
  private final Random noise = new Random(3);
  private final List<TestRecord<String, DriftReading>> seen = new ArrayList<>();
  private double level = 1;
  private double ratio = 1;
  private int labels = LABELS;
  private int next;
  private DriftDriver drift;
  private TestInputTopic<String, WindowOutcome> outcomes;
  private TestOutputTopic<String, DriftReading> readings;
  private TestOutputTopic<String, Alert> alerts;

  @BeforeEach
  void start() {
    drift = new DriftDriver(Traffic.labelled(LABELS), metrics);
    outcomes = drift.outcomes;
    readings = drift.readings;
    alerts = drift.alerts;
  }

  @AfterEach
  void stop() {
    drift.close();
    metrics.close();
  }

  @Test
  void aChangeOfTheConceptAlarmsUnderItsOwnNameAlone() {
    windows(M + 20);
    ratio = 4;
    windows(30);

    assertThat(last(OWNER).status()).isEqualTo(DriftStatus.STABLE);
    DriftReading concept = last(OWNER + "/concept");
    assertThat(concept.status()).isEqualTo(DriftStatus.DRIFT);
    assertThat(concept.kind()).isEqualTo(DriftKind.CONCEPT);
    assertThat(concept.samples()).isEqualTo(LABELS);
    List<Alert> told = alerts.readValuesToList();
    assertThat(of(DriftKind.TRAFFIC, told)).doesNotContain(DriftStatus.DRIFT);
    assertThat(of(DriftKind.CONCEPT, told)).endsWith(DriftStatus.DRIFT);
    assertThat(metrics.scrape())
        .contains(
            "gradwatch_concept_status{model=\"digits\",status=\"drift\"} 1.0",
            "gradwatch_drift_status{model=\"digits\",status=\"stable\"} 1.0",
            "gradwatch_concept_samples{model=\"digits\"} 4.0",
            "gradwatch_group_concept_effect{group=\"w\",model=\"digits\"} 1.");
  }

  @Test
  void aChangeOfTheTrafficThatTheModelIsRightAboutAlarmsAsTrafficAlone() {
    windows(M + 20);
    level = 4;
    windows(30);

    assertThat(last(OWNER).status()).isEqualTo(DriftStatus.DRIFT);
    assertThat(last(OWNER + "/concept").status()).isEqualTo(DriftStatus.STABLE);
  }

  @Test
  void aWindowWithFewerLabelsSaysSoAndLeavesTheTrafficAlone() {
    windows(M + 5);
    labels = 3;
    windows(1);

    DriftReading concept = last(OWNER + "/concept");
    assertThat(concept.status()).isEqualTo(DriftStatus.UNCALIBRATED);
    assertThat(concept.reason())
        .isEqualTo("3 labelled rows in this window, the concept score needs 4");
    assertThat(last(OWNER).status()).isEqualTo(DriftStatus.STABLE);
  }

  @Test
  void withoutLabelsThereIsNoConcept() {
    labels = 0;
    windows(M + 5);

    assertThat(read()).allMatch(reading -> reading.key().equals(OWNER));
    assertThat(metrics.scrape()).doesNotContain("gradwatch_concept_status{");
  }

  private void windows(int count) {
    for (int i = 0; i < count; i++) {
      outcomes.pipeInput(Traffic.MODEL, WindowOutcome.computed(snapshot()));
    }
  }

  private List<TestRecord<String, DriftReading>> read() {
    seen.addAll(readings.readRecordsToList());
    return seen;
  }

  private DriftReading last(String key) {
    return read().stream()
        .filter(record -> record.key().equals(key))
        .map(TestRecord::value)
        .reduce((a, b) -> b)
        .orElseThrow();
  }

  private static List<DriftStatus> of(DriftKind kind, List<Alert> alerts) {
    return alerts.stream().filter(alert -> alert.kind() == kind).map(Alert::to).toList();
  }

  private ImportanceSnapshot snapshot() {
    double mean = level * Math.exp(0.05 * noise.nextGaussian());
    double labelFree = level * Math.exp(0.05 * noise.nextGaussian());
    double labelled = ratio * labelFree * Math.exp(0.05 * noise.nextGaussian());
    long start = next++ * Traffic.SIZE;
    return new ImportanceSnapshot(
        1,
        Traffic.MODEL,
        VERSION,
        start,
        start + Traffic.SIZE,
        Traffic.K,
        100,
        "",
        new Tuning(1, List.of()),
        0.01,
        "cpu",
        List.of(
            new GroupImportance(
                "w",
                1,
                1,
                labels == 0
                    ? Map.of("taylor", new Value(mean, null, 1, null))
                    : Map.of(
                        "taylor",
                        new Value(mean, null, 1, null),
                        "labelled-taylor",
                        new Value(labelled, null, 1, null)))),
        null,
        new LabelledRows(
            labels, labels == LABELS ? Map.of("taylor", List.of(labelFree)) : Map.of()),
        null,
        null);
  }
}
