package io.gradwatch.fire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The installed agent and a broker, killed again and again while traffic goes on: nothing lost,
 * nothing twice, no other sample. {@code -Dbench=fire} is the long run with every kind of fault.
 */
class FireIT {
  private static final List<Fault> FAULTS =
      List.of(Fault.WIPE, Fault.KILL_BROKER, Fault.KILL_AGENT);

  @TempDir private Path directory;

  @Test
  void publishesEveryWindowOnceWithTheIdenticalSample() throws Exception {
    FireRun.Plan plan =
        new FireRun.Plan(
            1, FAULTS, Duration.ofSeconds(15), Duration.ZERO, Duration.ofSeconds(2), 20260302);
    Verdict verdict = FireRun.run(directory, plan).verdict();
    // Each fault is followed by at least a window's time of calm.
    assertThat(verdict.expected()).hasSizeGreaterThan(FAULTS.size());
    assertThat(verdict.wrong()).isEmpty();
    assertThat(verdict.published()).isEqualTo(verdict.expected());
    assertThat(verdict.readings()).isEqualTo(verdict.expected());
  }
}
