package io.gradwatch.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key as it is in force.
 *
 * @param texts as a file would have them; more than one only for a list, none where the key has no
 *     value
 * @param source where they come from
 * @param line in the file, from 1; 0 where the file does not have the key
 * @param references to variables and files that the texts were made from
 * @param isMasked whether the texts stand for a secret
 * @param shownDefault what readers are told of the default; empty where there is none
 */
record Setting(
    String name,
    List<String> texts,
    boolean isList,
    Source source,
    int line,
    List<String> references,
    boolean isMasked,
    String shownDefault) {
  /** What is shown of a secret. */
  static final String MASK = "***";

  /** Where a value comes from. */
  enum Source {
    FILE,
    /** The file does not have the key. */
    DEFAULT,
    /** A default that follows from other keys. */
    DERIVED,
    /** There is no value. */
    NONE
  }

  /** A key that the file has. */
  static Setting of(Key<?> key, YamlValue value, List<String> resolved, boolean isSecret) {
    boolean isList = key.type().isList();
    List<String> texts =
        isList && !value.isList() ? Key.split(resolved.get(0)) : List.copyOf(resolved);
    return file(key.name(), texts, isList, value, isSecret, key.shownDefault());
  }

  /** A property that is handed on. */
  static Setting untouched(String name, YamlValue value, List<String> resolved) {
    return file(name, resolved, value.isList(), value, KafkaProperties.isSecret(name), "");
  }

  private static Setting file(
      String name,
      List<String> texts,
      boolean isList,
      YamlValue value,
      boolean isSecret,
      String shownDefault) {
    List<String> references =
        value.texts().stream().flatMap(text -> Variables.references(text).stream()).toList();
    // Files of single values are how secrets are mounted, whatever the key is called.
    boolean isMasked =
        isSecret || references.stream().anyMatch(reference -> reference.startsWith("${file:"));
    return new Setting(
        name,
        isMasked ? List.of(MASK) : texts,
        isList && !isMasked,
        Source.FILE,
        value.line(),
        references,
        isMasked,
        shownDefault);
  }

  /** A key that the file does not have, by its default. */
  static Setting standard(Key<?> key, String text) {
    return without(key, Source.DEFAULT, text);
  }

  /** A key that the file does not have, by other keys. */
  static Setting derived(Key<?> key, String text) {
    return without(key, Source.DERIVED, text);
  }

  /** A key that has no value. */
  static Setting none(Key<?> key) {
    return without(key, Source.NONE, null);
  }

  private static Setting without(Key<?> key, Source source, @Nullable String text) {
    boolean isList = key.type().isList();
    List<String> texts = text == null ? List.of() : isList ? Key.split(text) : List.of(text);
    return new Setting(key.name(), texts, isList, source, 0, List.of(), false, key.shownDefault());
  }
}
