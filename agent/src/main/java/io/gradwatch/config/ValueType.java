package io.gradwatch.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Function;

/**
 * What a value may be: how it is read and how people and editors are told.
 *
 * @param noun with its article, for instance {@code a duration}
 * @param example in words, may be empty, for instance {@code for instance 30s, 5m, 1h}
 * @param range in words, may be empty, for instance {@code between 1s and 1d}
 * @param schema the JSON Schema of one value; of an element, for lists
 * @param isList whether several values are taken: a YAML list, or one text with commas
 * @param mayRepeat whether a list may hold a value twice
 * @param parser takes the texts, exactly one unless a list; throws {@link IllegalArgumentException}
 *     with what is wrong with them, for instance {@code is not a duration}
 */
record ValueType<T>(
    String noun,
    String example,
    String range,
    JsonNode schema,
    boolean isList,
    boolean mayRepeat,
    Function<List<String>, T> parser) {

  /** A type of single values. */
  static <T> ValueType<T> of(
      String noun, String example, String range, JsonNode schema, Function<String, T> parser) {
    return new ValueType<>(
        noun, example, range, schema, false, false, texts -> parser.apply(texts.get(0)));
  }

  T parse(List<String> texts) {
    return parser.apply(texts);
  }

  /** Example and range, or else the noun. */
  String expected() {
    if (example.isEmpty() && range.isEmpty()) {
      return noun;
    }
    return example + (example.isEmpty() || range.isEmpty() ? "" : "; ") + range;
  }
}
