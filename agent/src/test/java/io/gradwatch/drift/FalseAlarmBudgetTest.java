package io.gradwatch.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FalseAlarmBudgetTest {
  private static final Duration WINDOW = Duration.ofMinutes(5);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 per 90d",
        "3 per 12h",
        "2 per 5m",
        "1 per 30s",
        "10% in 200 windows",
        "0.5% in 1000 windows"
      })
  void saysWhatItRead(String words) {
    assertThat(FalseAlarmBudget.parse(words)).hasToString(words);
  }

  @Test
  void saysWeeksInDays() {
    assertThat(FalseAlarmBudget.parse("1 per 2w")).hasToString("1 per 14d");
  }

  @ParameterizedTest
  @CsvSource({"1 per 90d, 1, 25920", "1 per 90d, 10, 259200", "10% in 200 windows, 1, 2000"})
  void comesDownToAnAverageRunLength(String words, int streams, double limit) {
    assertThat(FalseAlarmBudget.parse(words).limit(WINDOW, streams)).isCloseTo(limit, within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "never",
        "1 per day",
        "1 per 0d",
        "0 per 90d",
        "-1 per 90d",
        "1 per 90",
        "100% in 200 windows",
        "0% in 200 windows",
        "10% in 0 windows",
        "10 in 200 windows"
      })
  void refusesWhatIsNoBudget(String words) {
    assertThatIllegalArgumentException().isThrownBy(() -> FalseAlarmBudget.parse(words));
  }

  @Test
  void showsBothGrammarsToWhoeverMistypes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FalseAlarmBudget.parse("once a quarter"))
        .withMessageContaining("'once a quarter'")
        .withMessageContaining("1 per 90d")
        .withMessageContaining("10% in 200 windows");
  }
}
