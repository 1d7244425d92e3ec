package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SettledTest {
  private static final Tuning TUNING = new Tuning(4, List.of());
  private static final TrafficSummary BINS = new TrafficSummary(0, List.of(), 1, List.of());
  private static final TrafficSummary OTHERS = new TrafficSummary(0, List.of(), 2, List.of());

  @Test
  void aBaselineWithoutBinsTakesThoseOfTheLastWindowOfItsFile() {
    Settled baseline = new Settled("file", TUNING);

    assertThat(baseline.orBinsOf(new Settled("file", TUNING, BINS)).bins()).isEqualTo(BINS);
    assertThat(baseline.orBinsOf(new Settled("another", TUNING, BINS)).bins()).isNull();
    assertThat(baseline.orBinsOf(null).bins()).isNull();
  }

  @Test
  void aBaselineWithBinsKeepsThem() {
    assertThat(
            new Settled("file", TUNING, BINS).orBinsOf(new Settled("file", TUNING, OTHERS)).bins())
        .isEqualTo(BINS);
  }
}
