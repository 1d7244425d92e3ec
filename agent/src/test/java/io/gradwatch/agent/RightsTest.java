package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.Role;
import java.util.Map;
import org.junit.jupiter.api.Test;
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

  @Test
  void responsesOfTheirOwnTopicAreReadAsWell() {
    GradwatchConfig config =
        GradwatchConfig.parse(
            """
            kafka:
              bootstrap.servers: broker:9092
            models:
              - name: digits
                path: digits.pt
                topics: [requests]
                join: {id: key, response-topics: [responses]}
            """,
            "test",
            Map.of());

    assertThat(Rights.of(config, Role.SAMPLING).needed())
        .extracting(Grant::operation, Grant::name)
        .contains(tuple("Read", "requests"), tuple("Read", "responses"));
    assertThat(Rights.of(config, Role.IMPORTANCE).needed())
        .extracting(Grant::operation, Grant::name)
        .contains(tuple("Describe", "requests"), tuple("Describe", "responses"));
  }
}
