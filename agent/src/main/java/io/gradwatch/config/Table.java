package io.gradwatch.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The keys of one kind of section.
 *
 * @param name under which it stands in its parent; empty for the whole file
 * @param isRepeated whether it is a list of such sections, at least one where it stands
 * @param isRequired whether its parent must have it
 * @param isOpen whether other keys are taken as well, and handed on untouched
 * @param help in one line
 */
record Table(
    String name,
    boolean isRepeated,
    boolean isRequired,
    boolean isOpen,
    String help,
    List<Key<?>> keys,
    List<Table> children) {
  Table {
    keys = List.copyOf(keys);
    children = List.copyOf(children);
  }

  Optional<Key<?>> key(String key) {
    return keys.stream().filter(candidate -> candidate.name().equals(key)).findFirst();
  }

  /** The names of all keys and sections in it. */
  List<String> names() {
    return Stream.concat(keys.stream().map(Key::name), children.stream().map(Table::name)).toList();
  }

  /** How the section is spoken of: {@code models[]}, or {@code the top level}. */
  String title() {
    return name.isEmpty() ? "the top level" : name + (isRepeated ? "[]" : "");
  }

  /** What to say of a key that it does not have: where it belongs, or what may have been meant. */
  String suggestion(String unknown) {
    Optional<Table> owner =
        Keys.tables().stream().filter(other -> other.names().contains(unknown)).findFirst();
    if (owner.isPresent()) {
      return "; it belongs to " + owner.get().title();
    }
    return Spelling.closest(unknown, names())
        .map(word -> "; did you mean " + word + "?")
        .orElse("; expected one of " + String.join(", ", names()));
  }
}
