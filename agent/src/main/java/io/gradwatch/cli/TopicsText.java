package io.gradwatch.cli;

import io.gradwatch.agent.Grant;
import io.gradwatch.agent.PlannedTopic;
import io.gradwatch.agent.Rights;
import io.gradwatch.config.GradwatchConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Topics and rights as text.
 *
 * @param cluster name of Strimzi's resource
 */
record TopicsText(GradwatchConfig config, Format format, String cluster) {
  /** In what form. */
  enum Format {
    /** Of {@code kafka-topics} and {@code kafka-acls}. */
    COMMANDS,
    /** One object a line. */
    JSON,
    /** Custom resources of the Strimzi operator, version {@code v1}. */
    STRIMZI
  }

  private static final String CONNECTION =
      "--bootstrap-server %s --command-config admin.properties";

  /** A topic on one line. */
  static String line(PlannedTopic topic) {
    return "%s: %d partitions, replication factor %d, %s"
        .formatted(
            topic.name(),
            topic.partitions(),
            topic.replication(),
            topic.settings().entrySet().stream()
                .map(Object::toString)
                .collect(Collectors.joining(", ")));
  }

  /** All topics. */
  String topics(List<PlannedTopic> topics) {
    return switch (format) {
      case COMMANDS ->
          "topics=\"kafka-topics %s\"\n\n".formatted(connection())
              + topics.stream().map(TopicsText::command).collect(Collectors.joining());
      case JSON ->
          topics.stream().map(topic -> JsonLine.of(topic) + "\n").collect(Collectors.joining());
      case STRIMZI -> topics.stream().map(this::manifest).collect(Collectors.joining());
    };
  }

  private String connection() {
    return CONNECTION.formatted(config.kafka().values().get("bootstrap.servers"));
  }

  private static String command(PlannedTopic topic) {
    return "$topics --create --if-not-exists --topic %s --partitions %d --replication-factor %d%s\n"
        .formatted(
            topic.name(),
            topic.partitions(),
            topic.replication(),
            topic.settings().entrySet().stream()
                .map(setting -> " --config " + word(setting.toString()))
                .collect(Collectors.joining()));
  }

  /** As a shell takes it for one word. */
  private static String word(String setting) {
    return setting.matches("[A-Za-z0-9._=/:,-]+")
        ? setting
        : "'" + setting.replace("'", "'\\''") + "'";
  }

  private String manifest(PlannedTopic topic) {
    StringBuilder text = new StringBuilder(head("KafkaTopic", topic.name()));
    text.append("spec:\n  topicName: %s\n".formatted(topic.name()));
    text.append("  partitions: %d\n".formatted(topic.partitions()));
    text.append("  replicas: %d\n  config:\n".formatted(topic.replication()));
    topic
        .settings()
        .forEach((key, value) -> text.append("    %s: %s\n".formatted(key, JsonLine.of(value))));
    return text.toString();
  }

  private String head(String kind, String name) {
    return """
        ---
        apiVersion: kafka.strimzi.io/v1
        kind: %s
        metadata:
          name: %s
          labels:
            strimzi.io/cluster: %s
        """
        .formatted(kind, resourceName(name), cluster);
  }

  /** What Kubernetes takes as a name. */
  private static String resourceName(String name) {
    return name.toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9.-]", "-")
        .replaceAll("(^[^a-z0-9]+|[^a-z0-9]+$)", "");
  }

  /** The rights of each principal. */
  String rights(Map<String, Rights> rights) {
    StringBuilder text = new StringBuilder();
    if (format == Format.COMMANDS) {
      text.append("acl=\"kafka-acls %s --add\"\n".formatted(connection()));
    }
    rights.forEach(
        (principal, all) ->
            text.append(
                switch (format) {
                  case COMMANDS -> commands(principal, all);
                  case JSON -> json(principal, all);
                  case STRIMZI -> manifest(principal, all);
                }));
    return text.toString();
  }

  private static String commands(String principal, Rights rights) {
    return "\n"
        + rights.commands().stream()
            .map(options -> "$acl --allow-principal %s%s\n".formatted(principal, options))
            .collect(Collectors.joining());
  }

  private static String json(String principal, Rights rights) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("principal", principal);
    object.put("needed", rights.needed());
    object.put("creating", rights.creating());
    return JsonLine.of(object) + "\n";
  }

  private String manifest(String principal, Rights rights) {
    StringBuilder text =
        new StringBuilder(head("KafkaUser", principal.substring(principal.indexOf(':') + 1)));
    text.append("spec:\n  authorization:\n    type: simple\n    acls:\n");
    List<Grant> all = new ArrayList<>(rights.needed());
    all.addAll(rights.creating());
    for (Grant grant : all) {
      text.append("      - operations: [%s]\n".formatted(grant.operation()));
      text.append("        resource:\n          type: %s\n".formatted(camelCase(grant.type())));
      text.append("          name: %s\n".formatted(JsonLine.of(grant.name())));
      text.append("          patternType: %s\n".formatted(grant.isPrefix() ? "prefix" : "literal"));
    }
    return text.toString();
  }

  private static String camelCase(String type) {
    return type.equals("transactional-id") ? "transactionalId" : type;
  }
}
