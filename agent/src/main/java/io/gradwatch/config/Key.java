package io.gradwatch.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key of a section.
 *
 * @param fallback the text that is read where the file has none; null where there is no such text
 * @param shownDefault what readers are told of the default
 * @param isRequired whether the file must have it
 * @param help in one line
 */
record Key<T>(
    String name,
    ValueType<T> type,
    @Nullable String fallback,
    String shownDefault,
    boolean isRequired,
    String help) {

  static <T> Key<T> required(String name, ValueType<T> type, String help) {
    return new Key<>(name, type, null, "", true, help);
  }

  static <T> Key<T> of(String name, ValueType<T> type, String fallback, String help) {
    return new Key<>(name, type, fallback, fallback, false, help);
  }

  /** A key whose default is worked out elsewhere, or that has none. */
  static <T> Key<T> optional(String name, ValueType<T> type, String shownDefault, String help) {
    return new Key<>(name, type, null, shownDefault, false, help);
  }

  T parse(String text) {
    return type.parse(type.isList() ? split(text) : List.of(text));
  }

  static List<String> split(String text) {
    return List.of(text.strip().split("\\s*,\\s*", -1));
  }
}
