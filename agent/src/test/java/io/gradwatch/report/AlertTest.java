package io.gradwatch.report;

import static io.gradwatch.report.Readings.V1;
import static io.gradwatch.report.Readings.V2;
import static io.gradwatch.report.Readings.moved;
import static io.gradwatch.report.Readings.quiet;
import static io.gradwatch.report.Readings.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gradwatch.drift.Direction;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.report.Alert.MovedGroup;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AlertTest {
  @ParameterizedTest
  @EnumSource(DriftStatus.class)
  void statusThatStaysRaisesNone(DriftStatus status) {
    assertThat(Alert.between(reading(status, 0.1), reading(status, 0.9))).isEmpty();
  }

  @Test
  void tellsWhatChangedAndWhichGroupsCarryIt() {
    DriftReading before = reading(DriftStatus.WARNING, 0.4);
    DriftReading now =
        reading(
            DriftStatus.DRIFT,
            1.85,
            quiet("fc2.bias", 0.05),
            moved("conv1.weight", -0.4, 0.002, 0.25),
            moved("conv2.weight", 0.3, 0.031, 0.5),
            moved("fc1.weight", 0.05, 0.09, 0.2));

    Alert alert = Alert.between(before, now).orElseThrow();

    assertThat(alert.from()).isEqualTo(DriftStatus.WARNING);
    assertThat(alert.to()).isEqualTo(DriftStatus.DRIFT);
    assertThat(alert.version()).isEqualTo(V1);
    assertThat(alert.end()).isEqualTo(now.end());
    assertThat(alert.evidence()).isEqualTo(1.85);
    assertThat(alert.onset()).isEqualTo(now.onset());
    assertThat(alert.moved())
        .containsExactly(
            new MovedGroup("conv2.weight", Direction.UP, 0.3, 0.031, 0.5, null),
            new MovedGroup("conv1.weight", Direction.DOWN, -0.4, 0.002, 0.25, null),
            new MovedGroup("fc1.weight", Direction.SHAPE, 0.05, 0.09, 0.2, null));
  }

  @Test
  void saysInASentenceWhatChanged() {
    DriftReading drift =
        reading(
            DriftStatus.DRIFT,
            1.31,
            moved("conv2.weight", 0.3, 0.031, 0.2),
            moved("fc2.weight", 0.05, 0.09, 0.5));

    assertThat(Alert.between(reading(DriftStatus.WARNING, 0.4), drift).orElseThrow().text())
        .isEqualTo(
            "model mnist is drift, was warning, as of the window until %s: evidence 131%% of the"
                + " limit, moved fc2.weight, conv2.weight",
            Instant.ofEpochMilli(drift.end()));
    assertThat(Alert.between(drift, reading(DriftStatus.STABLE, 0)).orElseThrow().text())
        .startsWith("model mnist is stable, was drift, as of the window until ")
        .doesNotContain("evidence");
    assertThat(
            Alert.between(null, reading(V1, DriftStatus.UNCALIBRATED, "too short", 0))
                .orElseThrow()
                .text())
        .startsWith("model mnist is uncalibrated as of the window until ")
        .endsWith(": too short");
  }

  @Test
  void groupWithoutShapeMovesByItsScaleOnly() {
    Alert alert =
        Alert.between(
                reading(DriftStatus.STABLE, 0.1),
                reading(DriftStatus.DRIFT, 1.1, moved("fc2.bias", -0.02, null, 1)))
            .orElseThrow();

    assertThat(alert.moved()).extracting(MovedGroup::direction).containsExactly(Direction.DOWN);
  }

  @Test
  void firstReadingOfAModelIsAChangeFromNothing() {
    Alert alert = Alert.between(null, reading(DriftStatus.CALIBRATING, 0)).orElseThrow();

    assertThat(alert.from()).isNull();
    assertThat(alert.to()).isEqualTo(DriftStatus.CALIBRATING);
  }

  @Test
  void newVersionStartsAnew() {
    DriftReading old = reading(V1, DriftStatus.UNCALIBRATED, "too short", 0);
    DriftReading now = reading(V2, DriftStatus.UNCALIBRATED, "wanders", 0);

    Alert alert = Alert.between(old, now).orElseThrow();

    assertThat(alert.from()).isNull();
    assertThat(alert.reason()).isEqualTo("wanders");
  }

  @Test
  void readingsOfTwoModelsAreNoChange() {
    DriftReading fraud =
        new DriftReading(
            1,
            "fraud",
            V1,
            0,
            1,
            8,
            DriftStatus.STABLE,
            null,
            0,
            0,
            1,
            0,
            null,
            null,
            java.util.List.of());

    assertThatThrownBy(() -> Alert.between(fraud, reading(DriftStatus.DRIFT, 1)))
        .hasMessage("a reading of 'mnist' does not follow one of 'fraud'");
  }
}
