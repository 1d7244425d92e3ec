package io.gradwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradwatch.bench.Child;
import java.util.List;
import org.junit.jupiter.api.Test;

/** 200,000 malformed records between 50,000 good ones, in a process with little memory. */
class HostileInputTest {
  private static final int HOSTILE = 200_000;
  private static final int WINDOWS = 51;
  private static final int REASONS = 4;

  @Test
  void theSampleIsThatOfTheGoodRecordsAndEveryRefusalIsCounted() throws Exception {
    JsonNode run =
        Child.java(
            HostileRun.class,
            List.of("-Xmx128m", "-XX:+ExitOnOutOfMemoryError"),
            String.valueOf(HOSTILE));

    assertThat(run.get("found")).isEqualTo(run.get("wanted"));
    assertThat(run.get("wanted").size()).isBetween(WINDOWS - 1, WINDOWS);
    assertThat(run.get("counted")).isEqualTo(run.get("mustCount"));
    assertThat(run.get("counted").size()).isEqualTo(REASONS);
    assertThat(run.get("watermark").asLong())
        .as("time goes on, and not by a record that is ahead of it")
        .isBetween(
            run.get("lastWindow").asLong() - 10_000, run.get("lastWindow").asLong() + 10_000);
    // Of n that are refused one after the other, 100 (1 + ln(n / 100)) are among the smallest 100.
    int refused = HOSTILE / WINDOWS / REASONS;
    double each = 100 * (1 + Math.log(refused / 100.0));
    assertThat(run.get("deadLetters").asDouble()).isLessThan(1.5 * WINDOWS * REASONS * each);
    assertThat(run.get("largestDeadLetter").asLong()).isLessThan((1 << 20) + 65_536);
  }
}
