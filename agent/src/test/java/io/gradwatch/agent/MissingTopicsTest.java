package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MissingTopicsTest {
  private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");

  private final MissingTopics topics = new MissingTopics();

  @Test
  void doubtsATopicUntilItHasBeenMissingForAWhile() {
    assertThat(topics.areDoubtful(Set.of("a"), NOW)).isTrue();
    assertThat(topics.areDoubtful(Set.of("a"), NOW.plus(MissingTopics.DOUBT).minusMillis(1)))
        .isTrue();
    assertThat(topics.areDoubtful(Set.of("a"), NOW.plus(MissingTopics.DOUBT))).isFalse();
  }

  @Test
  void beginsAnewWhenATopicWasThereInBetween() {
    topics.areDoubtful(Set.of("a"), NOW);
    assertThat(topics.areDoubtful(Set.of(), NOW.plusSeconds(5))).isFalse();
    assertThat(topics.areDoubtful(Set.of("a"), NOW.plus(MissingTopics.DOUBT))).isTrue();
  }

  @Test
  void doubtsEachTopicByItself() {
    topics.areDoubtful(Set.of("a"), NOW);
    Instant later = NOW.plus(MissingTopics.DOUBT);
    assertThat(topics.areDoubtful(Set.of("a", "b"), later)).isTrue();
  }
}
