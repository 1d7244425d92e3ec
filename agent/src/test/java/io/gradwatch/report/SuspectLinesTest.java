package io.gradwatch.report;

import static io.gradwatch.report.Readings.moved;
import static io.gradwatch.report.Readings.reading;
import static io.gradwatch.report.Readings.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.drift.Direction;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.GroupMove;
import io.gradwatch.drift.UnitMove;
import io.gradwatch.importance.Contributors;
import io.gradwatch.importance.Contributors.TopParameter;
import io.gradwatch.importance.Contributors.TopSample;
import io.gradwatch.window.SampleReference;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuspectLinesTest {
  private static final GroupDrift GROUP =
      with(
          moved("fc2.weight", 0.3, 0.4, 0.6),
          new GroupMove(
              Direction.SHAPE,
              true,
              null,
              null,
              List.of(new UnitMove(6, 6, 0.31, 0.08), new UnitMove(10, 11, 0.01, 0.2))));

  @Test
  void tellsUnitsParametersAndSamplesOfADrift() {
    Contributors found =
        new Contributors(
            List.of("fc2.weight"),
            256,
            0.1,
            List.of(
                new TopSample(new SampleReference("requests", 3, 42, 0), "17", 0.032),
                new TopSample(new SampleReference("requests", 3, 43, 5), "\u001b[2J", 0.02),
                new TopSample(null, null, 0.01)),
            List.of(
                new TopParameter("fc2.weight", "fc2.weight", 71, List.of(6L, 7L), 0.05),
                new TopParameter("fc2.weight", "fc2.weight", 72, List.of(6L, 8L), 0.04)));

    assertThat(SuspectLines.of(reading(DriftStatus.DRIFT, 2, GROUP).with(found)))
        .containsExactly(
            "fc2.weight units: 6 8%->31%, 10-11 20%->1%",
            "top parameters: fc2.weight[6, 7] 5.0%",
            "top sample: requests-3@42 (id 17) 3.2%",
            "top sample: requests-3@43[5] (id ?[2J) 2.0%",
            "top sample: unknown 1.0%");
  }

  @Test
  void saysNothingWhileNothingIsUnderSuspicion() {
    DriftReading quiet = reading(DriftStatus.STABLE, 0.1, Readings.quiet("fc2.weight", 1));

    assertThat(SuspectLines.of(quiet)).isEmpty();
  }

  @Test
  void alertCarriesTheReferences() {
    Contributors found =
        new Contributors(
            List.of("fc2.weight"),
            256,
            0.1,
            List.of(new TopSample(new SampleReference("requests", 3, 42, 0), "17", 0.032)),
            List.of());

    Alert alert =
        Alert.between(
                reading(DriftStatus.WARNING, 0.5), reading(DriftStatus.DRIFT, 1, GROUP).with(found))
            .orElseThrow();

    assertThat(alert.contributors()).isEqualTo(found);
    assertThat(alert.moved()).singleElement().matches(group -> group.move() != null);
  }
}
