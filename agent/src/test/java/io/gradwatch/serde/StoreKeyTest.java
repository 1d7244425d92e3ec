package io.gradwatch.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

class StoreKeyTest {
  @Test
  void readsWhatWasWritten() {
    Bytes key = StoreKey.of("fraud").and(12L).and("inference.fraud").and(-1L).bytes();
    StoreKey.Reader parts = StoreKey.read(key);
    assertThat(parts.text()).isEqualTo("fraud");
    assertThat(parts.number()).isEqualTo(12);
    assertThat(parts.text()).isEqualTo("inference.fraud");
    assertThat(parts.number()).isEqualTo(-1);
  }

  @Test
  void sortsByItsParts() {
    assertThat(StoreKey.of("a").and(1L).bytes())
        .isLessThan(StoreKey.of("a").and(2L).bytes())
        .isLessThan(StoreKey.of("ab").and(0L).bytes());
    assertThat(StoreKey.of("a").and(1L).bytes()).isLessThan(StoreKey.of("a").and(-1L).bytes());
  }

  @Test
  void enclosesAllThatStartsWithAPrefix() {
    Bytes first = StoreKey.of("a").and(5L).bytes();
    Bytes last = StoreKey.of("a").and(5L).last();
    Bytes largest = StoreKey.of("a").and(5L).and(-1L).and("z").bytes();
    assertThat(largest).isGreaterThan(first).isLessThan(last);
    assertThat(StoreKey.of("a").and(6L).bytes()).isGreaterThan(last);
    assertThat(StoreKey.of("aa").and(5L).bytes()).isGreaterThan(last);
  }

  @Test
  void refusesTheCharacterThatEndsAText() {
    assertThatIllegalArgumentException().isThrownBy(() -> StoreKey.of("a\0b"));
  }
}
