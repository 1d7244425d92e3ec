package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RightsTest {
  @ParameterizedTest
  @CsvSource({
    "inference[.].*, inference.",
    "inference\\.eu-1\\..+, inference.eu-1.",
    "inference.*, inference",
    "inference.x, inference",
    "ab+c, a",
    "ab?, a",
    "a_b-c, a_b-c",
    "(a).*, ''",
    "a.*|b.*, ''",
  })
  void everyNameThatAnExpressionMatchesStartsWithItsPrefix(String regex, String prefix) {
    assertThat(Rights.start(regex)).isEqualTo(prefix);
  }
}
