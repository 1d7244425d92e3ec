package io.gradwatch.report;

import static io.gradwatch.report.Readings.moved;
import static io.gradwatch.report.Readings.quiet;
import static io.gradwatch.report.Readings.reading;
import static io.gradwatch.report.Readings.withInputs;
import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.drift.DriftKind;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.report.ReadingHistory.Columns;
import io.gradwatch.report.ReadingHistory.Row;
import io.gradwatch.report.ReadingHistory.Stretch;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReadingHistoryTest {
  private final ReadingHistory history = new ReadingHistory();

  @Test
  void isEmptyOfAModelThatNobodyReadAnythingOf() {
    assertThat(columns().ends()).isEmpty();
    assertThat(columns().groups()).isEmpty();
  }

  @Test
  void putsWindowsInOrderAndEachInOnce() {
    history.add(at(3, reading(DriftStatus.STABLE, 0.3)));
    history.add(at(1, reading(DriftStatus.CALIBRATING, 0)));
    history.add(at(2, reading(DriftStatus.STABLE, 0.9)));
    history.add(at(2, reading(DriftStatus.STABLE, 0.2)));

    assertThat(columns().ends()).containsExactly(1L, 2L, 3L);
    assertThat(columns().evidence()).containsExactly(0.0, 0.2, 0.3);
    assertThat(columns().status()).containsExactly("calibrating", "stable", "stable");
    assertThat(columns().warningEvidence()).containsExactly(0.0, 4.0, 6.0);
  }

  @Test
  void leavesOutWhatAWindowDoesNotSay() {
    history.add(at(1, reading(DriftStatus.STABLE, 0.1, quiet("a", 0.5))));
    history.add(
        at(
            2,
            withInputs(
                reading(DriftStatus.DRIFT, 2, quiet("a", 0.2), moved("b", 0.33333333, null, 0.8)),
                12,
                64)));

    assertThat(columns().inputs()).containsExactly(null, 0.4);
    assertThat(columns().inputsMoved()).containsExactly(null, 12);
    assertThat(columns().outputs()).containsExactly(null, 0.25);
    assertThat(columns().groups())
        .containsExactly(
            new Row("a", List.of(0.01f, 0.01f), List.of(0.001f, 0.001f)),
            new Row("b", Arrays.asList(null, 0.3333f), Arrays.asList(null, null)));
  }

  @Test
  void keepsTheLastWindowsOnly() {
    for (int window = 1; window <= ReadingHistory.WINDOWS + 7; window++) {
      history.add(at(window, reading(DriftStatus.STABLE, 0.1)));
    }
    assertThat(columns().ends()).hasSize(ReadingHistory.WINDOWS).startsWith(8L).endsWith(507L);
    assertThat(columns().limit()).isEqualTo(500);
  }

  @Test
  void hasRowsForTheGroupsThatWereFarthestInTheModulesOrder() {
    GroupDrift[] groups =
        IntStream.range(0, 50)
            .mapToObj(i -> i == 49 ? moved("g49", 0.7, null, 0) : quiet("g" + i, i / 1000.0))
            .toArray(GroupDrift[]::new);
    history.add(at(1, reading(DriftStatus.DRIFT, 2, groups)));

    assertThat(columns().groups()).hasSize(ReadingHistory.GROUPS);
    assertThat(columns().groups()).extracting(Row::name).startsWith("g18", "g19").endsWith("g49");
  }

  @Test
  void tellsWhereAVersionBegins() {
    ModelVersion other = new ModelVersion("2", "b".repeat(64));
    history.add(at(1, reading(DriftStatus.STABLE, 0.1)));
    history.add(at(2, reading(DriftStatus.STABLE, 0.1)));
    history.add(at(3, reading(other, DriftStatus.CALIBRATING, null, 0)));

    assertThat(columns().versions())
        .containsExactly(new Stretch(1, Readings.V1.toString()), new Stretch(3, other.toString()));
  }

  @Test
  void forgetsModelsThatAreNoLongerConfigured() {
    history.add(at(1, reading(DriftStatus.STABLE, 0.1)));
    history.retain(List.of("mnist"));
    assertThat(columns().ends()).hasSize(1);
    history.retain(List.of("other"));
    assertThat(columns().ends()).isEmpty();
  }

  private Columns columns() {
    return history.columns("mnist", DriftKind.TRAFFIC);
  }

  private static DriftReading at(long end, DriftReading reading) {
    return new DriftReading(
        reading.format(),
        reading.model(),
        reading.version(),
        end - 1,
        end,
        reading.samples(),
        reading.status(),
        reading.reason(),
        reading.evidence(),
        reading.warningEvidence(),
        reading.limit(),
        reading.baselineWindows(),
        reading.soonestPage(),
        reading.onset(),
        reading.groups(),
        reading.kind(),
        reading.comparison(),
        reading.contributors(),
        reading.skew());
  }
}
