package io.gradwatch.config;

import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Task;
import io.gradwatch.sample.Field;
import io.gradwatch.sample.Match;
import io.gradwatch.sample.Selection;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads which records are a model's, and into which segments they fall. */
final class Selections {
  /** Each is an alarm stream: more would make every one of them blind. */
  private static final int MOST_SEGMENTS = 32;

  /** What may stand in a name, so in keys of topics, metrics and file names. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private Selections() {}

  /**
   * The alarm streams of a model: one, or one a segment in the order of the file.
   *
   * @return empty if something could not be read, which is noted
   */
  static Optional<List<Selection>> read(Section model) {
    Optional<List<Match>> matches = matches(model);
    Optional<Section> section = model.child(Keys.SEGMENTS);
    if (section.isEmpty()) {
      return matches.map(all -> List.of(new Selection(all, null)));
    }
    Optional<Match> all = section.get().assemble(() -> segments(section.get(), model));
    return matches.flatMap(
        conditions ->
            all.flatMap(match -> model.assemble(() -> segments(model, conditions, match))));
  }

  private static Optional<List<Match>> matches(Section model) {
    List<Section> sections = model.children(Keys.MATCH);
    List<Match> matches = new ArrayList<>();
    for (Section section : sections) {
      section.assemble(() -> match(section, model)).ifPresent(matches::add);
    }
    return matches.size() == sections.size() ? Optional.of(matches) : Optional.empty();
  }

  private static List<Selection> segments(Section model, List<Match> matches, Match all) {
    if (model.find(Keys.BASELINE).isPresent()) {
      model.refuse(
          Keys.BASELINE,
          "is one file, but each of the segments needs a baseline of its own; leave it out, and they"
              + " make theirs of their first windows");
    }
    String name = model.get(Keys.NAME);
    List<Selection> segments = new ArrayList<>();
    for (String value : all.values()) {
      Match one = new Match(all.field(), Set.of(value));
      segments.add(new Selection(matches, new Selection.Segment(name, one, all.values())));
    }
    return segments;
  }

  private static Match segments(Section section, Section model) {
    Match all = match(section, model);
    require(
        all.values().size() <= MOST_SEGMENTS,
        "lists %d values, must be 1 to %d: each is an alarm stream with a sample, windows and a baseline of its own"
            .formatted(all.values().size(), MOST_SEGMENTS));
    for (String value : all.values()) {
      require(
          NAME.matcher(value).matches(),
          "'%s' cannot be part of a model's name; expected 1 to 64 characters of [A-Za-z0-9._-]"
              .formatted(value));
    }
    return all;
  }

  private static Match match(Section section, Section model) {
    Optional<String> header = section.find(Keys.HEADER);
    Optional<String> parameter = section.find(Keys.PARAMETER);
    Optional<List<String>> key = section.find(Keys.KEY);
    Optional<List<Integer>> classes = section.find(Keys.PREDICTED_CLASS);
    Optional<List<String>> values = section.find(Keys.VALUES);
    int fields =
        (header.isPresent() ? 1 : 0)
            + (parameter.isPresent() ? 1 : 0)
            + (key.isPresent() ? 1 : 0)
            + (classes.isPresent() ? 1 : 0);
    require(
        fields == 1,
        "has %d of header, key, parameter and predicted-class, must have exactly one of them"
            .formatted(fields));
    boolean named = header.isPresent() || parameter.isPresent();
    require(
        named == values.isPresent(),
        named
            ? "has no values; expected those of the field, for instance values: [eu, us]"
            : "has values, which belong to header or parameter; key and predicted-class list theirs"
                + " themselves");
    if (named) {
      Field field =
          header
              .<Field>map(Field.Header::new)
              .orElseGet(() -> new Field.Parameter(parameter.get()));
      return new Match(field, new LinkedHashSet<>(values.get()));
    }
    return key.isPresent()
        ? new Match(new Field.Key(), new LinkedHashSet<>(key.get()))
        : new Match(predictedClass(model), classNames(classes.get(), model));
  }

  private static Field predictedClass(Section model) {
    Task task = model.get(Keys.TASK);
    OutputKind served = model.find(Keys.SERVED_OUTPUTS).orElse(model.get(Keys.OUTPUTS));
    return new Field.PredictedClass(
        model.get(Keys.OUTPUT), task == Task.BINARY ? served.evenOdds() : null);
  }

  private static Set<String> classNames(List<Integer> classes, Section model) {
    Task task = model.get(Keys.TASK);
    require(
        task == Task.CLASSIFICATION || task == Task.BINARY,
        "has predicted-class, but task is %s; only classification and binary have one"
            .formatted(task.label()));
    for (int number : classes) {
      require(
          task != Task.BINARY || number <= 1,
          "has class %d; a binary model has 0 and 1".formatted(number));
    }
    Set<String> names = new LinkedHashSet<>();
    classes.forEach(number -> names.add(String.valueOf(number)));
    return names;
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }
}
