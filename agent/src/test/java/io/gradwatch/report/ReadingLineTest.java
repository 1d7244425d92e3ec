package io.gradwatch.report;

import static io.gradwatch.report.Readings.V1;
import static io.gradwatch.report.Readings.moved;
import static io.gradwatch.report.Readings.quiet;
import static io.gradwatch.report.Readings.reading;
import static io.gradwatch.report.Readings.with;
import static io.gradwatch.report.Readings.withInputs;
import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.drift.Direction;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.GroupMove;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadingLineTest {
  @Test
  void quietReadingEndsWithItsEvidence() {
    assertThat(ReadingLine.of(reading(DriftStatus.STABLE, 0.004, quiet("conv1.weight", 1))))
        .isEqualTo("14:05:00  mnist         512  STABLE        [##........]   0.4%");
  }

  @Test
  void driftNamesWhatMovedLargestShareFirst() {
    assertThat(
            ReadingLine.of(
                reading(
                    DriftStatus.DRIFT,
                    1.85,
                    moved("fc2.bias", -0.4, null, 0.2),
                    moved("conv2.weight", 0.3, 0.031, 0.5))))
        .isEqualTo(
            "14:05:00  mnist         512  DRIFT         [##########]   185%"
                + "  conv2.weight up +35% (50%) +1");
  }

  @Test
  void starNamesAGroupByItsOwnEvidenceAndTheEffectIsThatAfterTheAlarm() {
    GroupDrift shape = moved("fc1.weight", 0.3, 0.4, 0.6);
    GroupMove named = new GroupMove(Direction.SHAPE, true, 0.02, 0.25, List.of());
    GroupDrift scale = moved("fc2.bias", -0.4, null, 0.2);
    GroupMove likely = new GroupMove(Direction.DOWN, false, -0.1, null, List.of());

    assertThat(ReadingLine.effect(with(shape, named))).isEqualTo("fc1.weight* shape 0.250 (60%)");
    assertThat(ReadingLine.effect(with(scale, likely))).isEqualTo("fc2.bias down -10% (20%)");
  }

  @Test
  void saysThatInputsMovedAndTheRelianceDidNot() {
    DriftReading stable = reading(DriftStatus.STABLE, 0.004, quiet("conv1.weight", 1));

    assertThat(ReadingLine.of(withInputs(stable, 256, 256)))
        .hasSize(ReadingLine.WIDTH)
        .endsWith("0.4%  inputs moved (256/256), reliance not");
    assertThat(ReadingLine.of(withInputs(stable, 0, 64))).endsWith("0.4%");
    assertThat(ReadingLine.of(withInputs(reading(DriftStatus.WARNING, 0.5), 12, 64)))
        .as("the reliance may be moving")
        .endsWith("50%  inputs moved (12/64)");
    assertThat(ReadingLine.of(withInputs(stable, 12, 64, 1)))
        .as("the reliance may be moving, the evidence is yet to come")
        .endsWith("0.4%  inputs moved (12/64)");
  }

  @Test
  void saysOfADriftThatNoInputShowsIt() {
    DriftReading drift = reading(DriftStatus.DRIFT, 1.85, moved("fc2.bias", -0.4, null, 0.7));

    assertThat(ReadingLine.of(withInputs(drift, 0, 64)))
        .endsWith("  fc2.bias down -33% (70%), inputs not");
    assertThat(ReadingLine.of(withInputs(drift, 3, 64))).doesNotContain("inputs");
  }

  @Test
  void reasonIsSaidInsteadOfGroups() {
    assertThat(
            ReadingLine.of(reading(V1, DriftStatus.CALIBRATING, "37 of 100 baseline windows", 0)))
        .isEqualTo(
            "14:05:00  mnist         512  CALIBRATING   [..........]   0.0%"
                + "  37 of 100 baseline windows");
  }

  @Test
  void lineFitsIntoItsWidthWhateverIsInIt() {
    GroupDrift[] groups =
        IntStream.range(0, 60)
            .mapToObj(i -> moved("encoder.layers." + i + ".attention.weight", 2, 0.5, 0.01))
            .toArray(GroupDrift[]::new);

    assertThat(ReadingLine.of(reading(DriftStatus.DRIFT, 1e9, groups)))
        .hasSizeLessThanOrEqualTo(ReadingLine.WIDTH)
        .contains(">9999%")
        .endsWith("~ +59");
    assertThat(ReadingLine.of(reading(V1, DriftStatus.UNCALIBRATED, "x".repeat(200), 0)))
        .hasSize(ReadingLine.WIDTH)
        .endsWith("x~");
  }

  @ParameterizedTest
  @CsvSource({
    "0, [..........]",
    "0.0009, [..........]",
    "0.0021, [#.........]",
    "0.0317, [#####.....]",
    "0.99, [#########.]",
    "1, [##########]",
    "50, [##########]"
  })
  void barIsFullAtThePageLimitAndEmptyThreeDecadesBelow(double evidence, String bar) {
    assertThat(ReadingLine.bar(evidence)).isEqualTo(bar);
  }

  @ParameterizedTest
  @CsvSource({"0.00004, 0.0%", "0.0994, 9.9%", "0.0996, 10%", "1, 100%", "200, >9999%"})
  void percentHasTwoDigitsOfPrecisionOrMore(double ratio, String percent) {
    assertThat(ReadingLine.percent(ratio)).isEqualTo(percent);
  }

  @Test
  void aWindowWhoseTimeIsMadeUpHasItsNumber() {
    assertThat(ReadingLine.numbered(7, reading(DriftStatus.STABLE, 0.1)))
        .startsWith("       7  mnist");
  }
}
