package io.gradwatch.sample;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which topics carry a model's records: names, a regular expression, or both.
 *
 * @param names of topics, which need not exist yet
 * @param regex that the whole name of any other topic must match; empty for none
 * @param excluded expressions of topics that {@code regex} never stands for
 */
public record SourceTopics(List<String> names, String regex, List<String> excluded) {
  public SourceTopics {
    names = List.copyOf(names);
    excluded = List.copyOf(excluded);
  }

  /** Topics with these names and no others. */
  public static SourceTopics named(String... names) {
    return new SourceTopics(List.of(names), "", List.of());
  }

  /** Regular expressions, any of which the whole name of a topic matches. */
  public List<String> alternatives() {
    Stream<String> quoted = names.stream().map(Pattern::quote);
    String but = excluded.isEmpty() ? "" : "(?!(?:%s)$)".formatted(String.join("|", excluded));
    return Stream.concat(
            quoted, regex.isEmpty() ? Stream.of() : Stream.of("%s(?:%s)".formatted(but, regex)))
        .toList();
  }

  /** Whether a topic is one of them. */
  public Predicate<String> filter() {
    return Pattern.compile(String.join("|", alternatives())).asMatchPredicate();
  }
}
