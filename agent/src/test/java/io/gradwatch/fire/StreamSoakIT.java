package io.gradwatch.fire;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.fire.StreamSoak.Plan;
import io.gradwatch.fire.StreamSoak.Result;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of the soak: too short for a slope, long enough for what grows with traffic. */
class StreamSoakIT {
  /** Of the agent's memory, most of which is a heap of fixed size and libtorch. */
  private static final double TEN_PERCENT = 1.1;

  @TempDir private Path directory;

  @Test
  void tenTimesTheTrafficTakesNoMoreMemory() throws Exception {
    Result result = StreamSoak.run(directory, new Plan(Duration.ofSeconds(5), 3, 2, 3));

    assertThat(result.endedByThemselves()).isZero();
    assertThat(result.windows()).isGreaterThan(5);
    assertThat(result.busy().meanMiB()).isLessThan(TEN_PERCENT * result.calm().meanMiB());
  }
}
