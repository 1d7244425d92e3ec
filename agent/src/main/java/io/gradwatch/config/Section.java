package io.gradwatch.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * A section of the file with the values of its keys. What could not be read has been noted as a
 * problem, and nothing that needs it is assembled, so that no problem is reported twice.
 *
 * <p>Confined to one reading.
 */
final class Section {
  /** What reading needs besides the text. */
  record Scope(Problems problems, Variables variables) {}

  /** A value was asked for that could not be read; the problem is noted already. */
  private static final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final Table table;
  private final String path;
  private final int line;
  private final Scope scope;
  private final Map<Key<?>, Object> values = new HashMap<>();
  private final Map<Key<?>, Integer> lines = new HashMap<>();
  private final Set<Key<?>> unreadable = new HashSet<>();
  private final Map<String, Object> untouched = new HashMap<>();
  private final Map<String, Setting> settings = new TreeMap<>();
  private final Map<String, List<Section>> opened = new HashMap<>();
  private final Map<String, Node> children = new HashMap<>();

  private Section(Table table, String path, int line, Scope scope) {
    this.table = table;
    this.path = path;
    this.line = line;
    this.scope = scope;
  }

  static Section read(Table table, Node node, String path, Scope scope) {
    Section section = new Section(table, path, line(node), scope);
    if (node instanceof MappingNode mapping) {
      section.readEntries(mapping);
      section.fillGaps();
    } else {
      section.note(
          line(node),
          "",
          "is not a section; expected keys and values, for instance " + section.sample());
      section.unreadable.addAll(table.keys());
    }
    return section;
  }

  /** The value of a key that is required or has a default. */
  <T> T get(Key<T> key) {
    return find(key).orElseThrow(() -> new IllegalStateException(key.name() + " has no default"));
  }

  /** The value of a key, if the file has it or it has a default. */
  @SuppressWarnings("unchecked") // put() stores what the key's own type has parsed
  <T> Optional<T> find(Key<T> key) {
    if (unreadable.contains(key)) {
      throw new UnreadableException();
    }
    return Optional.ofNullable((T) values.get(key));
  }

  /**
   * The value of a key; where the file has none, the one that follows from other keys.
   *
   * @param text of that one
   */
  <T> T get(Key<T> key, String text) {
    Optional<T> found = find(key);
    if (found.isEmpty()) {
      settings.put(key.name(), Setting.derived(key, text));
    }
    return found.orElseGet(() -> key.parse(text));
  }

  /** The text of a key that is required or has a default, as a file would have it. */
  String text(Key<?> key) {
    get(key);
    return String.join(", ", Objects.requireNonNull(settings.get(key.name())).texts());
  }

  /** What is in force, with the sections that were asked for: keys in the order of the table. */
  EffectiveSection effective() {
    List<String> names = table.keys().stream().map(Key::name).toList();
    Stream<Setting> known =
        table.keys().stream()
            .map(key -> settings.computeIfAbsent(key.name(), name -> Setting.none(key)));
    Stream<Setting> others =
        settings.values().stream().filter(setting -> !names.contains(setting.name()));
    return new EffectiveSection(
        Stream.concat(known.toList().stream(), others).toList(),
        table.children().stream()
            .filter(child -> opened.containsKey(child.name()))
            .map(
                child ->
                    new EffectiveSection.Child(
                        child.name(),
                        child.isRepeated(),
                        Objects.requireNonNull(opened.get(child.name())).stream()
                            .map(Section::effective)
                            .toList()))
            .toList());
  }

  /** Every value of an open section, by name: those of its keys, and those that are handed on. */
  Map<String, Object> all() {
    Map<String, Object> all = new HashMap<>(untouched);
    values.forEach((key, value) -> all.put(key.name(), value));
    return all;
  }

  /**
   * Makes a settings record of this section's values.
   *
   * @return empty if a value that it needs could not be read, or if the record refused the values,
   *     which is noted in the record's own words
   */
  <T> Optional<T> assemble(Supplier<T> record) {
    try {
      return Optional.of(record.get());
    } catch (UnreadableException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      note(line, "", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** Notes a problem with the value of a key. */
  void refuse(Key<?> key, String problem) {
    note(lines.getOrDefault(key, line), key.name(), problem);
  }

  /** The only section of a kind; empty if it is not there, which is noted. */
  Optional<Section> child(Table kind) {
    Optional<Section> child =
        Optional.ofNullable(children.get(kind.name()))
            .map(node -> read(kind, node, under(kind.name()), scope));
    child.ifPresent(section -> opened.put(kind.name(), List.of(section)));
    return child;
  }

  /** All sections of a kind, in the file's order. */
  List<Section> children(Table kind) {
    List<Section> sections = new ArrayList<>();
    Node node = children.get(kind.name());
    if (node instanceof SequenceNode list && !list.getValue().isEmpty()) {
      for (int i = 0; i < list.getValue().size(); i++) {
        String at = under(kind.name()) + "[" + i + "]";
        sections.add(read(kind, list.getValue().get(i), at, scope));
      }
    } else if (node != null) {
      note(line(node), kind.name(), "is not a list of at least one section; begin each with '- '");
    }
    if (!sections.isEmpty()) {
      opened.put(kind.name(), sections);
    }
    return sections;
  }

  private void readEntries(MappingNode mapping) {
    Set<String> seen = new HashSet<>();
    for (NodeTuple entry : mapping.getValue()) {
      int at = line(entry.getKeyNode());
      String name = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
      if (seen.add(name)) {
        readEntry(name, entry.getValueNode(), at);
      } else {
        note(at, name, "stands here for the second time; keep one of them");
      }
    }
  }

  private void readEntry(String name, Node value, int at) {
    Optional<Key<?>> key = table.key(name);
    if (table.children().stream().anyMatch(child -> child.name().equals(name))) {
      children.put(name, value);
    } else if (key.isPresent()) {
      put(key.get(), new YamlValue(value));
    } else if (table.isOpen()) {
      putUntouched(name, new YamlValue(value));
    } else {
      note(at, name, "is no key of " + table.title() + table.suggestion(name));
    }
  }

  private void fillGaps() {
    for (Key<?> key : table.keys()) {
      if (values.containsKey(key) || unreadable.contains(key)) {
        continue;
      }
      if (key.isRequired()) {
        note(line, key.name(), "is missing; expected " + key.type().expected());
        unreadable.add(key);
      } else if (key.fallback() != null) {
        values.put(key, key.parse(key.fallback()));
        settings.put(key.name(), Setting.standard(key, key.fallback()));
      }
    }
    for (Table child : table.children()) {
      if (child.isRequired() && !children.containsKey(child.name())) {
        note(line, child.name(), "is missing; expected " + child.help());
      }
    }
  }

  private void put(Key<?> key, YamlValue value) {
    lines.put(key, value.line());
    Optional<String> fault = value.fault();
    if (fault.isEmpty() && value.isList() && !key.type().isList()) {
      fault = Optional.of("is a list");
    }
    if (fault.isPresent()) {
      note(value.line(), key.name(), fault.get() + "; expected " + key.type().expected());
      unreadable.add(key);
      return;
    }
    try {
      values.put(key, parse(key, value));
    } catch (IllegalArgumentException e) {
      note(value.line(), key.name(), String.valueOf(e.getMessage()));
      unreadable.add(key);
    }
  }

  private Object parse(Key<?> key, YamlValue value) {
    List<String> resolved = value.texts().stream().map(scope.variables::resolveAll).toList();
    try {
      Object parsed = value.isList() ? key.type().parse(resolved) : key.parse(resolved.get(0));
      settings.put(key.name(), Setting.of(key, value, resolved, parsed instanceof Secret));
      return parsed;
    } catch (IllegalArgumentException e) {
      // Quotes what was written, not what a variable stood for: that may be a secret.
      throw new IllegalArgumentException(
          "'%s' %s; expected %s"
              .formatted(
                  value.isList() ? value.texts() : value.texts().get(0),
                  e.getMessage(),
                  key.type().expected()),
          e);
    }
  }

  private void putUntouched(String name, YamlValue value) {
    Optional<String> fault = value.fault();
    if (fault.isPresent()) {
      note(value.line(), name, fault.get() + "; expected a value, with dots in its key");
      return;
    }
    try {
      List<String> resolved = value.texts().stream().map(scope.variables::resolve).toList();
      untouched.put(name, value.isList() ? resolved : resolved.get(0));
      settings.put(name, Setting.untouched(name, value, resolved));
    } catch (IllegalArgumentException e) {
      note(value.line(), name, String.valueOf(e.getMessage()));
    }
  }

  private String sample() {
    return table.names().get(0) + ": ...";
  }

  private void note(int at, String name, String problem) {
    scope.problems.add(at, name.isEmpty() ? path : under(name), problem);
  }

  private String under(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }
}
