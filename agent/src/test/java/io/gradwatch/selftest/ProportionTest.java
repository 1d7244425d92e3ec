package io.gradwatch.selftest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProportionTest {
  /** The bounds of 0 and of all are 1 - 0.025^(1/n) and its mirror; the others are R's. */
  @ParameterizedTest
  @CsvSource({
    "0, 3, 0, 0.7076",
    "3, 3, 0.2924, 1",
    "5, 10, 0.1871, 0.8129",
    "1, 20, 0.0013, 0.2487",
    "0, 1, 0, 0.975",
  })
  void hasTheExactInterval(int count, int runs, double lower, double upper) {
    Proportion proportion = new Proportion(count, runs);

    assertThat(proportion.rate()).isEqualTo((double) count / runs);
    assertThat(proportion.lower()).isCloseTo(lower, within(5e-5));
    assertThat(proportion.upper()).isCloseTo(upper, within(5e-5));
  }

  @Test
  void refusesWhatIsNone() {
    assertThatThrownBy(() -> new Proportion(0, 0)).hasMessage("0 of 0 is no proportion");
    assertThatThrownBy(() -> new Proportion(4, 3)).hasMessage("4 of 3 is no proportion");
  }
}
