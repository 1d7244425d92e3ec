package io.gradwatch.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.window.BottomK.Extent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BottomKTest {
  private static final Extent ONE = new Extent(1, 1);

  private static SampleKey key(long priority) {
    return new SampleKey(priority, "t", 0, priority);
  }

  @Test
  void keepsEverySampleUntilFull() {
    BottomK sample = new BottomK(3, 100);
    assertThat(sample.offer(key(5), ONE).kept()).isTrue();
    assertThat(sample.offer(key(9), ONE).kept()).isTrue();
    assertThat(sample.offer(key(7), ONE).kept()).isTrue();
    assertThat(sample.keys()).containsExactly(key(5), key(7), key(9));
  }

  @Test
  void evictsTheLargestWhenASmallerOneComes() {
    BottomK sample = new BottomK(2, 100);
    sample.offer(key(5), ONE);
    sample.offer(key(9), ONE);
    assertThat(sample.offer(key(7), ONE)).isEqualTo(new BottomK.Offer(true, List.of(key(9))));
    assertThat(sample.offer(key(8), ONE)).isEqualTo(new BottomK.Offer(false, List.of()));
  }

  @Test
  void comparesPrioritiesUnsigned() {
    BottomK sample = new BottomK(1, 100);
    sample.offer(key(-1), ONE);
    sample.offer(key(1), ONE);
    assertThat(sample.keys()).containsExactly(key(1));
  }

  @Test
  void ignoresARecordThatItHas() {
    BottomK sample = new BottomK(2, 100);
    sample.offer(key(5), ONE);
    assertThat(sample.offer(key(5), ONE).kept()).isFalse();
    assertThat(sample.rows()).isEqualTo(1);
  }

  @Test
  void countsRowsOfWhatItHolds() {
    BottomK sample = new BottomK(2, 100);
    sample.offer(key(5), new Extent(1, 10));
    sample.offer(key(9), new Extent(1, 20));
    sample.offer(key(7), new Extent(1, 3));
    assertThat(sample.rows()).isEqualTo(13);
  }

  @Test
  void endsAtTheFirstRecordThatDoesNotFit() {
    BottomK sample = new BottomK(10, 64);
    sample.offer(key(1), new Extent(10, 1));
    sample.offer(key(2), new Extent(60, 1));
    assertThat(sample.cut()).isEqualTo(key(2));
    assertThat(sample.offer(key(3), ONE).kept()).as("a small one behind the cut").isFalse();
    assertThat(sample.keys()).containsExactly(key(1));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void dependsOnTheSetOfRecordsAndNotOnTheirOrderOrRepetition(long seed) {
    Random random = new Random(seed);
    List<SampleKey> keys = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      keys.add(key(random.nextLong()));
    }
    SortedSet<SampleKey> expected = prefixThatFits(new TreeSet<>(keys), 40, 600);
    List<SampleKey> arrivals = new ArrayList<>(keys);
    arrivals.addAll(keys.subList(0, 200));
    Collections.shuffle(arrivals, random);

    BottomK sample = new BottomK(40, 600);
    arrivals.forEach(key -> sample.offer(key, extent(key)));

    assertThat(sample.keys()).isEqualTo(expected);
  }

  private static Extent extent(SampleKey key) {
    return new Extent(10 + (int) Long.remainderUnsigned(key.priority(), 20), 1);
  }

  private static SortedSet<SampleKey> prefixThatFits(
      SortedSet<SampleKey> all, int k, long maxBytes) {
    SortedSet<SampleKey> prefix = new TreeSet<>();
    long bytes = 0;
    for (SampleKey key : all) {
      bytes += extent(key).bytes();
      if (prefix.size() == k || bytes > maxBytes) {
        break;
      }
      prefix.add(key);
    }
    return prefix;
  }
}
