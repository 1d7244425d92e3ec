package io.gradwatch.report;

import static io.gradwatch.report.Readings.END;
import static io.gradwatch.report.Readings.V1;
import static io.gradwatch.report.Readings.V2;
import static io.gradwatch.report.Readings.attribution;
import static io.gradwatch.report.Readings.moved;
import static io.gradwatch.report.Readings.quiet;
import static io.gradwatch.report.Readings.reading;
import static io.gradwatch.report.Readings.snapshot;
import static io.gradwatch.report.Readings.with;
import static io.gradwatch.report.Readings.withInputs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gradwatch.drift.Direction;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.GroupMove;
import io.gradwatch.drift.UnitMove;
import io.gradwatch.importance.Parity;
import io.gradwatch.metrics.Metrics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelReportTest {
  private static final Instant FINISHED = Instant.ofEpochMilli(END + 20_500);

  private final Metrics metrics = new Metrics();
  private final ModelReport report = new ModelReport(metrics, 2);

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void writesTheHeaviestGroupsAndTheSumOfTheRest() {
    report.computed(snapshot(V1, Map.of("a", 0.1, "b", 0.5, "c", 0.25, "d", 0.15)), FINISHED);

    assertThat(series("gradwatch_importance_share_ratio"))
        .containsExactly(
            "{group=\"b\",method=\"taylor\",model=\"mnist\"} 0.5",
            "{group=\"c\",method=\"taylor\",model=\"mnist\"} 0.25",
            "{group=\"other\",method=\"taylor\",model=\"mnist\"} 0.25");
    assertThat(series("gradwatch_importance_mean")).hasSize(2);
    assertThat(series("gradwatch_groups_truncated")).containsExactly("{model=\"mnist\"} 2.0");
    assertThat(series("gradwatch_windows_done_total")).containsExactly("{model=\"mnist\"} 1.0");
    assertThat(series("gradwatch_importance_compute_seconds_sum"))
        .containsExactly("{model=\"mnist\"} 1.5");
    assertThat(series("gradwatch_last_window_finished_timestamp_seconds"))
        .containsExactly("{model=\"mnist\"} 1.7672763205E9");
  }

  @Test
  void showsWhatOtherMonitorsWouldSayAsLongAsThereIsSomethingToCompare() {
    DriftReading stable = reading(DriftStatus.STABLE, 0.1);

    report.read(withInputs(stable, 12, 64));

    assertThat(series("gradwatch_input_drift_features")).containsExactly("{model=\"mnist\"} 12.0");
    assertThat(series("gradwatch_input_drift_compared_features"))
        .containsExactly("{model=\"mnist\"} 64.0");
    assertThat(series("gradwatch_output_drift_distance")).containsExactly("{model=\"mnist\"} 0.25");
    assertThat(series("gradwatch_importance_similarity"))
        .as("without the Spearman correlation, which is not defined here")
        .containsExactly(
            "{measure=\"cosine\",model=\"mnist\"} 0.8",
            "{measure=\"jaccard\",model=\"mnist\"} 0.75",
            "{measure=\"ndcg\",model=\"mnist\"} 0.9");
    assertThat(series("gradwatch_importance_distance"))
        .contains("{measure=\"log-total\",model=\"mnist\"} -0.1")
        .hasSize(3);

    report.read(stable);

    assertThat(metrics.scrape())
        .doesNotContain(
            "gradwatch_input_drift",
            "gradwatch_output_drift",
            "gradwatch_importance_similarity",
            "gradwatch_importance_distance");
  }

  @Test
  void forgetsWhatWasCompared() {
    report.read(withInputs(reading(DriftStatus.STABLE, 0.1), 12, 64));

    report.forget("mnist");

    assertThat(metrics.scrape())
        .doesNotContain("gradwatch_input_drift", "gradwatch_importance_similarity");
  }

  @Test
  void periodicMethodsOfParametersShowTheGroupsThatTheModelShows() {
    report.computed(snapshot(V1, Map.of("a", 0.2, "b", 0.5, "c", 0.3)), FINISHED);
    report.periodic(snapshot(V1, "shapley", Map.of("a", 0.7, "b", 0.2, "c", 0.1)), "shapley");

    assertThat(series("gradwatch_importance_share_ratio"))
        .contains(
            "{group=\"b\",method=\"shapley\",model=\"mnist\"} 0.2",
            "{group=\"c\",method=\"shapley\",model=\"mnist\"} 0.1",
            "{group=\"other\",method=\"shapley\",model=\"mnist\"} 0.7")
        .hasSize(6);
    assertThat(series("gradwatch_windows_done_total"))
        .as("it is no window of its own")
        .containsExactly("{model=\"mnist\"} 1.0");
  }

  @Test
  void inputsHaveTheirOwnChoiceOfGroupsWithinTheSameLimit() {
    report.computed(snapshot(V1, Map.of("a", 0.5, "b", 0.5)), FINISHED);
    Map<String, Double> inputs = Map.of("x", 0.1, "y", 0.5, "z", 0.25, "v", 0.15);
    report.periodic(snapshot(V1, "attribution", inputs), "attribution");
    report.periodic(snapshot(V1, "attribution", Map.of("x", 0.9, "y", 0.1)), "attribution");

    assertThat(series("gradwatch_importance_mean"))
        .filteredOn(line -> line.contains("attribution"))
        .extracting(line -> line.substring(0, line.indexOf(',')))
        .containsExactly("{group=\"y\"", "{group=\"z\"");

    report.computed(snapshot(V2, Map.of("a", 0.5, "b", 0.5)), FINISHED);
    assertThat(metrics.scrape()).doesNotContain("attribution");
  }

  @Test
  void attributionHasTheLargestFeaturesAndTheSumOfTheRest() {
    report.periodic(attribution(6, 1f, 5f, -2f), "attribution");
    report.periodic(attribution(6, 8f, 1f, 1f), "attribution");

    assertThat(series("gradwatch_attribution_share_ratio"))
        .as("those of the first window, so that series do not come and go")
        .containsExactly(
            "{feature=\"other\",model=\"mnist\"} 0.8",
            "{feature=\"x[2-3]\",model=\"mnist\"} 0.1",
            "{feature=\"x[4-5]\",model=\"mnist\"} 0.1");

    report.forget("mnist");
    assertThat(metrics.scrape()).doesNotContain("attribution");
  }

  @Test
  void unitsHaveSeriesWhileTheirGroupIsUnderSuspicion() {
    report.read(reading(DriftStatus.DRIFT, 2, unitsOf("a", unit(3, 3), unit(7, 8))));
    assertThat(series("gradwatch_unit_share_ratio"))
        .containsExactly(
            "{group=\"a\",model=\"mnist\",unit=\"3\"} 0.5",
            "{group=\"a\",model=\"mnist\",unit=\"7-8\"} 0.5");

    report.read(reading(DriftStatus.DRIFT, 2, unitsOf("a", unit(3, 3))));
    assertThat(series("gradwatch_unit_baseline_share_ratio"))
        .containsExactly("{group=\"a\",model=\"mnist\",unit=\"3\"} 0.25");

    report.read(reading(DriftStatus.STABLE, 0.1, unitsOf("a", unit(3, 3))));
    assertThat(metrics.scrape()).doesNotContain("gradwatch_unit");
  }

  private static GroupDrift unitsOf(String group, UnitMove... units) {
    return with(
        moved(group, 0.5, 0.3, 1), new GroupMove(Direction.UP, true, null, null, List.of(units)));
  }

  private static UnitMove unit(int from, int to) {
    return new UnitMove(from, to, 0.5, 0.25);
  }

  @Test
  void standsInOneStatusAtATime() {
    report.read(reading(DriftStatus.STABLE, 0.1));
    report.read(reading(DriftStatus.WARNING, 0.4));

    assertThat(series("gradwatch_drift_status"))
        .containsExactlyInAnyOrder(
            "{model=\"mnist\",status=\"calibrating\"} 0.0",
            "{model=\"mnist\",status=\"stable\"} 0.0",
            "{model=\"mnist\",status=\"warning\"} 1.0",
            "{model=\"mnist\",status=\"drift\"} 0.0",
            "{model=\"mnist\",status=\"uncalibrated\"} 0.0");
  }

  @Test
  void missingNumbersHaveNoSeries() {
    report.read(reading(DriftStatus.STABLE, 0.1, moved("a", 0.2, 0.3, 1)));
    assertThat(series("gradwatch_soonest_page_windows")).containsExactly("{model=\"mnist\"} 8.0");
    assertThat(series("gradwatch_group_shape_distance")).hasSize(1);

    report.read(reading(DriftStatus.CALIBRATING, 0, moved("a", 0.2, null, 1)));
    assertThat(series("gradwatch_soonest_page_windows")).isEmpty();
    assertThat(series("gradwatch_group_shape_distance")).isEmpty();
  }

  @Test
  void groupThatCarriesADriftIsAlwaysShown() {
    report.computed(snapshot(V1, Map.of("a", 0.1, "b", 0.5, "c", 0.4)), FINISHED);
    report.read(
        reading(DriftStatus.DRIFT, 1.5, quiet("b", 0.1), quiet("c", 0.1), moved("a", 1, 0.2, 0.8)));

    assertThat(series("gradwatch_group_evidence_share_ratio"))
        .containsExactly(
            "{group=\"a\",model=\"mnist\"} 0.8",
            "{group=\"b\",model=\"mnist\"} 0.1",
            "{group=\"other\",model=\"mnist\"} 0.1");
    assertThat(series("gradwatch_importance_mean"))
        .as("the place was taken from the least important group")
        .noneMatch(line -> line.contains("group=\"c\""));
  }

  @Test
  void newVersionReplacesTheSeriesOfTheOldOne() {
    report.computed(snapshot(V1, Map.of("old.weight", 1.0)), FINISHED);
    report.read(reading(DriftStatus.STABLE, 0.1, quiet("old.weight", 1)));

    report.computed(snapshot(V2, Map.of("new.weight", 1.0)), FINISHED);

    assertThat(metrics.scrape()).doesNotContain("old.weight");
    assertThat(series("gradwatch_model_info"))
        .containsExactly("{model=\"mnist\",version=\"2@bbbbbbbbbbbb\"} 1");
  }

  @Test
  void restoredReadingChoosesByEvidenceUntilImportanceIsAtHand() {
    report.read(
        reading(DriftStatus.STABLE, 0.1, quiet("a", 0.6), quiet("b", 0.3), quiet("c", 0.1)));
    assertThat(series("gradwatch_group_evidence_ratio"))
        .extracting(line -> line.substring(0, line.indexOf(',')))
        .containsExactly("{group=\"a\"", "{group=\"b\"", "{group=\"other\"");

    report.computed(snapshot(V1, Map.of("a", 0.1, "b", 0.5, "c", 0.4)), FINISHED);
    assertThat(series("gradwatch_importance_mean"))
        .extracting(line -> line.substring(0, line.indexOf(',')))
        .containsExactly("{group=\"b\"", "{group=\"c\"");
  }

  @Test
  void parityLastsNoLongerThanTheAnswersThatComeWithTheTraffic() {
    report.computed(snapshot(V1, Map.of("a", 1.0), new Parity(0.25, 500, 12, "why")), FINISHED);
    assertThat(series("gradwatch_parity_error_ratio")).containsExactly("{model=\"mnist\"} 0.25");
    assertThat(series("gradwatch_parity_samples")).containsExactly("{model=\"mnist\"} 500.0");
    assertThat(series("gradwatch_parity_unlike_samples")).containsExactly("{model=\"mnist\"} 12.0");

    report.computed(snapshot(V1, Map.of("a", 1.0), new Parity(null, 0, 512, "why")), FINISHED);
    assertThat(series("gradwatch_parity_error_ratio")).isEmpty();
    assertThat(series("gradwatch_parity_samples")).containsExactly("{model=\"mnist\"} 0.0");

    report.computed(snapshot(V1, Map.of("a", 1.0)), FINISHED);
    assertThat(metrics.scrape()).doesNotContain("gradwatch_parity");
  }

  @Test
  void forgottenModelKeepsItsCountersOnly() {
    report.computed(snapshot(V1, Map.of("a", 1.0), new Parity(0.25, 500, 12, "why")), FINISHED);
    report.read(reading(DriftStatus.STABLE, 0.1, quiet("a", 1)));
    report.skipped("mnist", "too-few");

    report.forget("mnist");

    assertThat(report.readings()).isEmpty();
    assertThat(metrics.scrape().lines().filter(line -> line.contains("mnist")))
        .allMatch(line -> line.matches(".*(_total|_bucket|_count|_sum|_max)\\{.*"))
        .isNotEmpty();
  }

  @Test
  void pageShowsTheLastReadingOfEachModel() {
    report.read(reading(DriftStatus.STABLE, 0.1));
    report.read(reading(DriftStatus.DRIFT, 1.5, quiet("a", 0.9), moved("b", 0.3, 0.02, 0.1)));

    assertThat(ModelList.of(report.readings(), 0).models())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.status()).isEqualTo("drift");
              assertThat(row.evidence()).isEqualTo(1.5);
              assertThat(row.groups()).containsExactly("b up +35% (10%)");
            });
  }

  @Test
  void limitBelowOneIsRefused() {
    assertThatThrownBy(() -> new ModelReport(metrics, 0))
        .hasMessage("series-limit is 0, must be at least 1");
  }

  private List<String> series(String name) {
    return metrics
        .scrape()
        .lines()
        .filter(line -> line.startsWith(name + "{"))
        .map(line -> line.substring(name.length()))
        .toList();
  }
}
