package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class FairQueueTest {
  private final FairQueue<String> queue = new FairQueue<>();

  @Test
  void givesWhatWaitsOfEqualModelsInTheOrderInWhichItCame() throws InterruptedException {
    for (String value : List.of("b1", "a1", "c1", "a2", "b2")) {
      add(value);
    }
    assertThat(taken(5, 1)).containsExactly("b1", "a1", "c1", "a2", "b2");
  }

  @Test
  void servesTheOthersForAsLongAsADearModelTook() throws InterruptedException {
    for (int n = 1; n <= 30; n++) {
      add("dear" + n);
      add("a" + n);
      add("b" + n);
    }
    // One of the dear model's takes as long as ten of another.
    List<String> order = new ArrayList<>();
    long[] spent = new long[2];
    for (int n = 0; n < 42; n++) {
      String next = String.valueOf(queue.take());
      order.add(next);
      boolean dear = next.startsWith("dear");
      queue.spent(model(next), dear ? 10 : 1);
      spent[dear ? 0 : 1] += dear ? 10 : 1;
    }
    assertThat(order.subList(0, 21)).filteredOn(value -> value.startsWith("dear")).hasSize(1);
    assertThat(spent).as("a third of the time for each of three").containsExactly(20, 40);
  }

  @Test
  void letsNobodySaveUpTimeWhileItDoesNotWait() throws InterruptedException {
    for (int n = 1; n <= 10; n++) {
      add("a" + n);
    }
    taken(5, 100);
    for (int n = 1; n <= 5; n++) {
      add("late" + n);
    }
    assertThat(taken(6, 100))
        .as("in turns, from the first on")
        .containsExactly("late1", "a6", "late2", "a7", "late3", "a8");
  }

  @Test
  void wakesWhoeverWaitsWithNothingOnce() throws InterruptedException {
    queue.wake();
    assertThat(queue.take()).isNull();
    add("a1");
    assertThat(queue.waits("a")).isTrue();
    queue.removeIf("a1"::equals);
    assertThat(queue.waits("a")).isFalse();
    assertThat(queue.size()).isZero();
  }

  private void add(String value) {
    queue.add(model(value), value);
  }

  private List<String> taken(int count, long cost) throws InterruptedException {
    List<String> taken = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      String next = String.valueOf(queue.take());
      queue.spent(model(next), cost);
      taken.add(next);
    }
    return taken;
  }

  private static String model(String value) {
    return value.replaceAll("\\d", "");
  }
}
