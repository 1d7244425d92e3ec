package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.config.Role;
import io.gradwatch.sample.SourceTopics;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The rights that a principal needs for one role. Asks nobody.
 *
 * @param needed always
 * @param creating only where {@code run} is to create topics
 * @param commands the options by which {@code kafka-acls} is told of each of both
 */
public record Rights(List<Grant> needed, List<Grant> creating, List<String> commands) {
  /** All rights of a role. */
  public static Rights of(GradwatchConfig config, Role role) {
    GradwatchConfig alone = config.withRoles(Set.of(role));
    List<Right> needed = Right.needed(alone, sources(config));
    List<Right> creating = Right.creating(alone);
    return new Rights(
        needed.stream().map(Right::grant).toList(),
        creating.stream().map(Right::grant).toList(),
        Stream.concat(needed.stream(), creating.stream()).map(Right::options).toList());
  }

  /** The rights of one principal for two roles. */
  public Rights and(Rights other) {
    return new Rights(
        union(needed, other.needed),
        union(creating, other.creating),
        union(commands, other.commands));
  }

  private static <T> List<T> union(List<T> some, List<T> others) {
    return Stream.concat(some.stream(), others.stream()).distinct().toList();
  }

  private static Set<String> sources(GradwatchConfig config) {
    Set<String> sources = new TreeSet<>();
    for (ModelSettings model : config.models()) {
      for (SourceTopics topics : model.sources()) {
        sources.addAll(topics.names());
        if (!topics.regex().isEmpty()) {
          sources.add(start(topics.regex()) + Right.ALL);
        }
      }
    }
    return sources;
  }

  /**
   * What every name that an expression matches starts with; may be empty. Broker rights know
   * prefixes and no expressions.
   */
  static String start(String regex) {
    if (regex.contains("|")) {
      return "";
    }
    StringBuilder start = new StringBuilder();
    int at = 0;
    while (at < regex.length()) {
      boolean inClass = regex.startsWith("[.]", at);
      boolean isEscaped = regex.startsWith("\\.", at);
      char sign = regex.charAt(at);
      if (!inClass && !isEscaped && !String.valueOf(sign).matches("[A-Za-z0-9_-]")) {
        break;
      }
      at += inClass ? 3 : isEscaped ? 2 : 1;
      if (at < regex.length() && "?*{+".indexOf(regex.charAt(at)) >= 0) {
        break; // perhaps not there
      }
      start.append(inClass || isEscaped ? '.' : sign);
    }
    return start.toString();
  }
}
