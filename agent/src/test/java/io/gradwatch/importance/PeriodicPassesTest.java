package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.window.SampleBatch;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PeriodicPassesTest {
  private static final PeriodicMethod MAS = method(ImportanceMethod.MAS, 4);
  private static final PeriodicMethod DROPOUT = method(ImportanceMethod.DROPOUT, 4);
  private static final PeriodicMethod SHAPLEY = method(ImportanceMethod.SHAPLEY, 4);

  private static PeriodicMethod method(ImportanceMethod method, int every) {
    return new PeriodicMethod(method, every, Duration.ofSeconds(1));
  }

  private static SampleBatch window(String model, long number) {
    return Samples.batch(model, 1_000 * number, List.of());
  }

  private static List<Long> windowsOf(PeriodicMethod method, List<PeriodicMethod> all) {
    return LongStream.range(0, 12)
        .filter(n -> PeriodicPasses.due(all, window("m", n)).contains(method))
        .boxed()
        .toList();
  }

  @Test
  void aMethodIsDueOnEachNthWindow() {
    List<Long> due = windowsOf(MAS, List.of(MAS));
    assertThat(due).hasSize(3);
    assertThat(due.get(1) - due.get(0)).isEqualTo(4);
    assertThat(due.get(2) - due.get(1)).isEqualTo(4);
  }

  @Test
  void methodsOfOneModelTakeTurns() {
    List<PeriodicMethod> all = List.of(MAS, DROPOUT, SHAPLEY);
    for (long n = 0; n < 12; n++) {
      assertThat(PeriodicPasses.due(all, window("m", n))).hasSizeLessThanOrEqualTo(1);
    }
    assertThat(windowsOf(SHAPLEY, all)).hasSize(3);
  }

  @Test
  void modelsTakeTurns() {
    for (long n = 0; n < 12; n++) {
      boolean first = PeriodicPasses.due(List.of(MAS), window("a", n)).isEmpty();
      boolean second = PeriodicPasses.due(List.of(MAS), window("b", n)).isEmpty();
      assertThat(first || second).isTrue();
    }
  }

  @Test
  void whatIsDueDependsOnTheWindowAlone() {
    List<PeriodicMethod> all = List.of(MAS, DROPOUT);
    assertThat(PeriodicPasses.due(all, window("m", 7)))
        .isEqualTo(PeriodicPasses.due(all, window("m", 7)));
    assertThat(PeriodicPasses.due(List.of(method(ImportanceMethod.MAS, 1)), window("m", -3)))
        .hasSize(1);
  }
}
