package io.gradwatch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** A mistake in every setting: each is answered with its place and with what was expected there. */
class EveryMistakeTest {
  static Stream<Arguments> settings() {
    return Keys.tables().stream()
        // Its fields are those of match.
        .filter(table -> !table.equals(Keys.SEGMENTS))
        .flatMap(table -> table.keys().stream().map(key -> Arguments.of(table, key.name())));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("settings")
  void isAnsweredWithItsPlaceAndWhatWasExpected(Table table, String key) {
    for (Object wrong : List.of(Map.of("a", 1), List.of(List.of(1)), "")) {
      Map<String, Object> file = new Yaml().load(GradwatchConfigTest.EVERY_KEY);
      sections(file, "", table)
          .filter(section -> section.containsKey(key))
          .findFirst()
          .orElseThrow()
          .put(key, wrong);

      ConfigException thrown =
          catchThrowableOfType(
              ConfigException.class,
              () -> GradwatchConfig.parse(new Yaml().dump(file), "c.yaml", Map.of()));

      assertThat(thrown).as("%s: %s", key, wrong).isNotNull();
      assertThat(thrown.problems())
          .first()
          .asString()
          .matches("c\\.yaml:[0-9]+: (.*[.])?%s: .+; expected .+".formatted(key));
    }
  }

  @SuppressWarnings("unchecked") // what YAML calls a mapping has texts for keys here
  private static Stream<Map<String, Object>> sections(Object node, String name, Table table) {
    if (node instanceof Map<?, ?> map) {
      Stream<Map<String, Object>> below =
          map.entrySet().stream()
              .flatMap(entry -> sections(entry.getValue(), (String) entry.getKey(), table));
      return name.equals(table.name())
          ? Stream.concat(Stream.of((Map<String, Object>) map), below)
          : below;
    }
    return node instanceof List<?> list
        ? list.stream().flatMap(element -> sections(element, name, table))
        : Stream.empty();
  }
}
