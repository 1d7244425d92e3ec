package io.gradwatch.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BFloat16Test {
  @Test
  void givesEachFiniteNumberItsOwnBits() {
    for (int bits = 0; bits <= 0xffff; bits++) {
      double value = BFloat16.value((short) bits);
      if (Double.isFinite(value)) {
        assertThat(BFloat16.bits(value)).isEqualTo((short) bits);
      }
    }
  }

  /** The last two are just above and just below a tie that binary32 would round to. */
  @ParameterizedTest
  @CsvSource({
    "1.0, 3f80",
    "-2.0, c000",
    "0x1.01p0, 3f80",
    "0x1.03p0, 3f82",
    "0x1.0100000000001p0, 3f81",
    "0x1.00ffffffffffp0, 3f80",
  })
  void roundsToTheNearestAndTiesToEven(String value, String bits) {
    assertThat(BFloat16.bits(Double.parseDouble(value)))
        .isEqualTo((short) Integer.parseInt(bits, 16));
  }

  @Test
  void refusesWhatItCannotHold() {
    assertThatIllegalArgumentException().isThrownBy(() -> BFloat16.bits(1e39));
    assertThatIllegalArgumentException().isThrownBy(() -> BFloat16.bits(Double.NaN));
  }
}
