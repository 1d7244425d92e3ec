package io.gradwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private final StringWriter written = new StringWriter();
  private long now;

  private ProgressLine line(boolean screen) {
    return new ProgressLine(new PrintWriter(written, true), "windows", screen, () -> now);
  }

  private void after(double seconds) {
    now += Math.round(seconds * 1e9);
  }

  @Test
  void drawsABarWithRateAndTimeToGoAndTakesItAway() {
    try (ProgressLine progress = line(true)) {
      after(60); // the model is loaded
      progress.at(1, 1_000);
      after(4);
      progress.at(251, 1_000);
    }

    String shown = written.toString();
    assertThat(shown)
        .startsWith("\r[--------------------] 1 of 1,000 windows ")
        .contains("\r[#####---------------] 251 of 1,000 windows, 63/s, 0:12 to go ");
    assertThat(shown.split("\r", -1)).allMatch(drawn -> drawn.length() <= 79);
    assertThat(shown).endsWith("\r" + " ".repeat(79) + "\r");
  }

  @Test
  void saysALineNowAndThenWhereNobodyLooksOn() {
    try (ProgressLine progress = line(false)) {
      for (int window = 0; window <= 25; window++, after(1)) {
        progress.at("run 1 of 2", window, 100);
      }
    }

    assertThat(written.toString().lines().toList())
        .isEqualTo(
            List.of(
                "run 1 of 2: 10 of 100 windows, 1/s, 1:30 to go",
                "run 1 of 2: 20 of 100 windows, 1/s, 1:20 to go"));
  }

  @Test
  void isSilentWhileWorkIsShort() {
    try (ProgressLine progress = line(false)) {
      after(9);
      progress.at(9, 10);
    }

    assertThat(written.toString()).isEmpty();
  }

  @Test
  void countsWhereNobodyKnowsHowManyThereAre() {
    try (ProgressLine progress = line(false)) {
      progress.at(0, 0);
      after(60);
      progress.at(30, 0);
    }

    assertThat(written.toString().strip()).isEqualTo("30 windows, 30.0/min");
  }

  @Test
  void endsAtALimit() {
    try (ProgressLine progress = line(true)) {
      after(15);
      progress.within("shapley", 60);
    }

    assertThat(written.toString())
        .startsWith("\r[#####---------------] shapley: 0:15 of at most 1:00 ");
  }

  @Test
  void knowsItsRateWithinALimitAndThatNothingGoesOnBeyond() {
    try (ProgressLine progress = line(false)) {
      progress.at("shapley", 1, 0);
      after(10);
      progress.at("shapley", 33, 320);
      after(11);
      progress.within("shapley", 60);
      after(29);
      progress.within("shapley", 60);
    }

    assertThat(written.toString().lines().toList())
        .isEqualTo(
            List.of(
                "shapley: 33 of 320 windows, 3/s, 1:30 to go",
                "shapley: 33 of 320 windows, 3/s, 0:39 to go",
                "shapley: 33 of 320 windows, 3/s, 0:10 to go"));
  }

  @Test
  void makesRoomForWhatIsPrintedBetween() {
    try (ProgressLine progress = line(true)) {
      after(1);
      progress.at(1, 10);
      progress.say("%d left out", 3);
    }

    assertThat(written.toString()).endsWith(" \r3 left out" + System.lineSeparator());
  }

  @Test
  void writesHoursOnlyWhereThereAreSome() {
    assertThat(ProgressLine.clock(59)).isEqualTo("0:59");
    assertThat(ProgressLine.clock(3_599)).isEqualTo("59:59");
    assertThat(ProgressLine.clock(7_500)).isEqualTo("2:05:00");
  }
}
