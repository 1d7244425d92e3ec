package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.config.Role;
import io.gradwatch.topology.ImportanceTopology;
import io.gradwatch.topology.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;

/**
 * One right that an agent needs at the broker.
 *
 * @param name of the resource
 * @param prefix what its name starts with, where the right is needed for all such resources; else
 *     the name itself
 */
record Right(ResourceType type, String name, String prefix, AclOperation operation) {
  /** Ends a name that stands for all names that start so. No topic has it in its name. */
  static final String ALL = "*";

  /**
   * All rights that the roles of a configuration need, but for creating topics that are not there.
   *
   * @param sources the topics that models read, expressions resolved or ending with {@link #ALL}
   */
  static List<Right> needed(GradwatchConfig config, Collection<String> sources) {
    Topics topics = new Topics(config.topicPrefix());
    String sampling = config.applicationPrefix() + "sampling";
    String importance = config.applicationPrefix() + "importance";
    Set<Right> needed = new LinkedHashSet<>();
    if (config.roles().contains(Role.SAMPLING)) {
      Stream.concat(sources.stream(), labels(config).stream())
          .forEach(source -> needed.add(topic(source, AclOperation.READ)));
      needed.add(topic(topics.samples(), AclOperation.WRITE));
      needed.add(topic(topics.deadLetters(), AclOperation.WRITE));
      needed.add(group(sampling, AclOperation.READ));
    }
    if (config.roles().contains(Role.IMPORTANCE)) {
      if (!config.roles().contains(Role.SAMPLING)) {
        sources.forEach(source -> needed.add(topic(source, AclOperation.DESCRIBE)));
        needed.add(group(sampling, AclOperation.DESCRIBE));
      }
      needed.add(topic(topics.samples(), AclOperation.READ));
      needed.add(topic(topics.baselines(), AclOperation.READ));
      Stream.of(topics.importance(), topics.baselines(), topics.drift(), topics.alerts())
          .forEach(topic -> needed.add(topic(topic, AclOperation.WRITE)));
      needed.add(group(importance, AclOperation.READ));
      String changelog = ImportanceTopology.changelog(importance);
      for (AclOperation operation : List.of(AclOperation.READ, AclOperation.WRITE)) {
        needed.add(new Right(ResourceType.TOPIC, changelog, importance + "-", operation));
      }
      needed.add(
          new Right(
              ResourceType.TRANSACTIONAL_ID,
              importance + "-doctor",
              importance + "-",
              AclOperation.WRITE));
    }
    return List.copyOf(needed);
  }

  /** The rights to create the topics that the roles of a configuration use. */
  static List<Right> creating(GradwatchConfig config) {
    Stream<String> prefixes =
        config.roles().contains(Role.IMPORTANCE)
            ? Stream.of(config.topicPrefix(), config.applicationPrefix() + "importance-")
            : Stream.of(config.topicPrefix());
    return prefixes.map(prefix -> topic(prefix + ALL, AclOperation.CREATE)).toList();
  }

  /** Gradwatch's own topics that the roles of a configuration use. */
  static List<String> ownTopics(GradwatchConfig config) {
    Topics topics = new Topics(config.topicPrefix());
    List<String> used = new ArrayList<>(topics.all());
    if (!config.roles().contains(Role.IMPORTANCE)) {
      used.retainAll(List.of(topics.samples(), topics.deadLetters()));
    } else if (!config.roles().contains(Role.SAMPLING)) {
      used.remove(topics.deadLetters());
    }
    return used;
  }

  /** The topics that labels come from. */
  static Set<String> labels(GradwatchConfig config) {
    Set<String> labels = new TreeSet<>();
    config.models().stream()
        .map(ModelSettings::labels)
        .flatMap(Stream::ofNullable)
        .forEach(source -> labels.add(source.topic()));
    return labels;
  }

  /** Whether it is needed for all resources whose names start alike. */
  boolean isPrefixed() {
    return !prefix.equals(name);
  }

  /** The same resource with another operation. */
  Right with(AclOperation other) {
    return new Right(type, name, prefix, other);
  }

  /** For people, for instance {@code Read on topic gradwatch.samples}. */
  String text() {
    return "%s on %s %s"
        .formatted(label(operation.name()), words(type, " "), prefix + (isPrefixed() ? "*" : ""));
  }

  /** The command that grants it to a principal that the reader fills in. */
  String command() {
    return "kafka-acls --bootstrap-server ... --command-config ... --add --allow-principal User:..."
        + options();
  }

  /** How {@code kafka-acls} is told of it. */
  String options() {
    return " --operation %s --%s %s%s"
        .formatted(
            label(operation.name()),
            words(type, "-"),
            prefix.isEmpty() ? "'*'" : prefix,
            isPrefixed() && !prefix.isEmpty() ? " --resource-pattern-type prefixed" : "");
  }

  /** The same for programs. */
  Grant grant() {
    return new Grant(
        label(operation.name()),
        words(type, "-"),
        prefix.isEmpty() ? ALL : prefix,
        isPrefixed() && !prefix.isEmpty());
  }

  private static Right topic(String name, AclOperation operation) {
    String prefix = name.endsWith(ALL) ? name.substring(0, name.length() - 1) : name;
    return new Right(ResourceType.TOPIC, name, prefix, operation);
  }

  private static Right group(String name, AclOperation operation) {
    return new Right(ResourceType.GROUP, name, name, operation);
  }

  private static String label(String constant) {
    return constant.charAt(0) + constant.substring(1).toLowerCase(Locale.ROOT);
  }

  private static String words(ResourceType type, String between) {
    return type.name().toLowerCase(Locale.ROOT).replace("_", between);
  }
}
