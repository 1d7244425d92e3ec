package io.gradwatch.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Float16Test {
  private static final int INFINITY = 0x7c00;

  @Test
  void givesBackEveryFiniteNumber() {
    for (int bits = 0; bits < INFINITY; bits++) {
      assertThat(Float16.bits(value(bits))).isEqualTo((short) bits);
      assertThat(Float16.bits(-value(bits))).isEqualTo((short) (bits | 0x8000));
      assertThat(Float16.value((short) bits)).isEqualTo(value(bits));
      assertThat(Float16.value((short) (bits | 0x8000))).isEqualTo(-value(bits));
    }
  }

  @Test
  void readsEveryNumber() {
    for (int bits = 0; bits < INFINITY; bits++) {
      assertThat(Float16.value((short) bits)).isEqualTo(value(bits));
      assertThat(Float16.value((short) (bits | 0x8000))).isEqualTo(-value(bits));
    }
    assertThat(Float16.value((short) INFINITY)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(Float16.value((short) 0xfc00)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Float16.value((short) 0x7e00)).isNaN();
  }

  @Test
  void roundsToTheNearestAndTiesToEven() {
    for (int bits = 0; bits + 1 < INFINITY; bits++) {
      double middle = (value(bits) + value(bits + 1)) / 2;
      int even = bits + (bits & 1);

      assertThat(Float16.bits(middle)).isEqualTo((short) even);
      assertThat(Float16.bits(Math.nextDown(middle))).isEqualTo((short) bits);
      assertThat(Float16.bits(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
    }
  }

  @ParameterizedTest
  @CsvSource({"65504.001", "-70000", "Infinity", "NaN"})
  void refusesWhatHalfPrecisionCannotHold(double value) {
    assertThatIllegalArgumentException().isThrownBy(() -> Float16.bits(value));
  }

  /** The definition of IEEE 754 binary16, for bits without sign. */
  private static double value(int bits) {
    int exponent = bits >> 10;
    int fraction = bits & 0x3ff;
    return exponent == 0
        ? fraction * 0x1p-24
        : (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
  }
}
