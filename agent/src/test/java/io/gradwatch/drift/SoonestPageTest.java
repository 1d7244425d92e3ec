package io.gradwatch.drift;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SoonestPageTest {
  @ParameterizedTest
  @CsvSource({
    "2160,   100,  1,  7",
    "2160,   100,  12, 5",
    "2160,   200,  1,  5",
    "2160,   2016, 1,  3",
    "25920,  20,   1,  35",
    "25920,  30,   1,  22",
    "25920,  50,   1,  13",
    "25920,  50,   12, 10",
    "25920,  100,  1,  9",
    "25920,  100,  12, 7",
    "25920,  200,  12, 5",
    "25920,  2016, 1,  4",
    "25920,  2016, 12, 3",
    "259200, 200,  1,  8",
    "259200, 2016, 12, 4"
  })
  void countsTheWindowsOfASevereDriftAmongThirtySixScores(
      double limit, int baseline, int drifting, int windows) {
    assertThat(SoonestPage.windows(limit, baseline, 36, drifting)).isEqualTo(windows);
  }

  @Test
  void namesTheShortestBaselineThatPagesSoonEnough() {
    int needed = SoonestPage.baselineNeeded(25_920, 36);

    assertThat(SoonestPage.windows(25_920, needed, 36, 1)).isLessThanOrEqualTo(20);
    assertThat(SoonestPage.windows(25_920, needed - 1, 36, 1)).isGreaterThan(20);
  }
}
