package io.gradwatch.selftest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BudgetCheckTest {
  @Test
  void quietNeverSpeaksAgainstABudget() {
    BudgetCheck check = new BudgetCheck(0.5, 0, 1_000);

    assertThat(check.chance()).isOne();
    assertThat(check.contradicted()).isFalse();
  }

  @Test
  void isTheOneSidedExactBinomialTest() {
    // P(X >= 4) = 0.1330 and P(X >= 5) = 0.0432 for 20 runs at 0.1.
    assertThat(new BudgetCheck(0.1, 4, 20).chance()).isCloseTo(0.1330, within(5e-5));
    assertThat(new BudgetCheck(0.1, 5, 20).chance()).isCloseTo(0.0432, within(5e-5));
    assertThat(new BudgetCheck(0.1, 4, 20).contradicted()).isFalse();
    assertThat(new BudgetCheck(0.1, 5, 20).contradicted()).isTrue();
    assertThat(new BudgetCheck(0.1, 0, 20).contradictedFrom()).isEqualTo(5);
  }

  @Test
  void saysWhereSoFewRunsCannotSpeakAgainstIt() {
    assertThat(new BudgetCheck(0.1, 1, 1).contradictedFrom()).isNull();
    assertThat(new BudgetCheck(0.1, 1, 1).contradicted()).isFalse();
    assertThat(new BudgetCheck(0.04, 1, 1).contradictedFrom()).isEqualTo(1);
  }
}
