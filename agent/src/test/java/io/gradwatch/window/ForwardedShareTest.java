package io.gradwatch.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.Block;
import io.gradwatch.sample.Priority;
import io.gradwatch.window.Admission.Kind;
import io.gradwatch.window.Admission.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which part of the traffic is parsed and forwarded, by its amount and number of partitions. */
class ForwardedShareTest {
  private static final int K = 512;
  private static final List<Integer> RATIOS = List.of(1, 10, 100, 1_000);
  private static final List<Integer> PARTITIONS = List.of(1, 12, 64);
  private static final long TIME = 1_000_000;

  @Test
  void isThatOfTheTable() throws IOException {
    StringBuilder table = new StringBuilder("| n/k |");
    PARTITIONS.forEach(
        p -> table.append(p == 1 ? " 1 partition |" : " %d partitions |".formatted(p)));
    table.append("\n|---|---|---|---|\n");
    for (int ratio : RATIOS) {
      table.append(String.format(Locale.ROOT, "| %,d |", ratio));
      for (int partitions : PARTITIONS) {
        double share = share(ratio * K, partitions);
        assertThat(share).isCloseTo(expected(ratio * K, partitions), within(0.03));
        table.append(String.format(Locale.ROOT, " %.2f %% |", 100 * share));
      }
      table.append('\n');
    }
    Block.check(Path.of("../deploy/STREAM.md"), "forwarded", table.toString());
  }

  /** Each partition keeps a sample of its own. */
  private static double expected(int records, int partitions) {
    double each = (double) records / partitions;
    return each <= K ? 1 : K * (1 + Math.log(each / K)) / each;
  }

  private static double share(int records, int partitions) {
    int forwarded = 0;
    for (int partition = 0; partition < partitions; partition++) {
      Priority priority = new Priority(0, "inference", partition);
      Admission admission = new Admission(settings());
      int own = records / partitions + (partition < records % partitions ? 1 : 0);
      for (int offset = 0; offset < own; offset++) {
        if (admission.consider(Set.of(Kind.REQUEST), TIME, priority.of(offset), 100, TIME)
            == Verdict.ADMIT) {
          admission.admitted(Kind.REQUEST, TIME, priority.of(offset));
          forwarded++;
        }
      }
    }
    return (double) forwarded / records;
  }

  private static WindowSettings settings() {
    return new WindowSettings(
        Duration.ofMinutes(5),
        K,
        Duration.ofSeconds(2),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofHours(6),
        1 << 20,
        64 << 20);
  }
}
