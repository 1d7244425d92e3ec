package io.gradwatch.topology;

import io.gradwatch.agent.TopicConfiguration;
import io.gradwatch.sample.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * The AsyncAPI 3.0 document of Gradwatch's topics. Who reads and writes what comes from the golden
 * topologies, how topics are made from the agent, what they hold from the record types' schemas.
 */
final class AsyncApiDocument {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final Path SAMPLES = Path.of("src/main/protobuf/gradwatch/samples.proto");
  private static final Pattern NODE =
      Pattern.compile("(?<kind>Source|Sink): \\S+ \\(topics?: \\[?(?<topic>[^\\])]+)\\]?\\)");

  private static final String NAME = "[^/]+";
  private static final String OWNER = "^" + NAME + "/.+@[0-9a-f]{12}";

  /** What the records of one topic look like: the pattern of their keys and their schemas. */
  private record Contents(String key, List<String> schemas) {}

  private static final Map<String, Contents> JSON =
      Map.of(
          "importance",
          new Contents(
              "^" + NAME + "/(-|.+@[0-9a-f]{12})/-?[0-9]+(/.+)?$", List.of("importance-outcome")),
          "baselines",
          new Contents(
              OWNER + "/([0-9a-f]{12}|selection)$", List.of("baseline", "baseline-selection")),
          "drift",
          new Contents(OWNER + "(/concept)?$", List.of("drift-reading")),
          "alerts",
          new Contents(OWNER + "(/concept)?$", List.of("alert")));

  /** Headers of a dead letter, beside its own. */
  static final Map<String, String> DEAD_LETTER_HEADERS =
      new TreeMap<>(
          Map.of(
              "gradwatch.reason", "what was wrong",
              "gradwatch.message", "what was found and what was expected, in a sentence",
              "gradwatch.model", "name of the model that it was read for",
              "gradwatch.topic", "where it came from",
              "gradwatch.partition", "of that topic",
              "gradwatch.offset", "in that partition",
              "gradwatch.timestamp", "its own, milliseconds since 1970-01-01 UTC",
              "gradwatch.size", "bytes of key, value and headers as received"));

  private final Topics topics = new Topics("gradwatch.");
  private final RecordComments comments;

  AsyncApiDocument(RecordComments comments) {
    this.comments = comments;
  }

  /** The pattern of the keys of a topic with JSON, by its name without the prefix. */
  static Pattern keys(String topic) {
    return Pattern.compile(Objects.requireNonNull(JSON.get(topic)).key());
  }

  /** The document as YAML. */
  String text() throws IOException {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("asyncapi", "3.0.0");
    document.put(
        "info",
        ordered(
            "title",
            "Gradwatch",
            "version",
            "1",
            "description",
            "The topics of Gradwatch, under the prefix 'topic-prefix', and those of others that it"
                + " reads. The version is that of the"
                + " records' format. Read them with isolation.level=read_committed. Later"
                + " releases may add fields: readers ignore those that they do not know.",
            "license",
            ordered("name", "Apache-2.0")));
    document.put("defaultContentType", "application/json");
    document.put("channels", channels());
    document.put("operations", operations());
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setWidth(100);
    options.setSplitLines(true);
    return "# Generated from the program; golden.rewrite writes it anew.\n"
        + new Yaml(options).dump(document);
  }

  private Map<String, Object> channels() throws IOException {
    Map<String, Map<String, String>> settings = TopicConfiguration.of(topics);
    Map<String, Object> channels = new LinkedHashMap<>();
    for (String topic : topics.all()) {
      String name = topic.substring(topics.prefix().length());
      Map<String, Object> channel = ordered("address", topic);
      channel.put("description", Objects.requireNonNull(comments.of(Topics.class, camel(name))));
      channel.put("messages", messages(name));
      Map<String, String> made = Objects.requireNonNull(settings.get(topic));
      Map<String, Object> configuration = new LinkedHashMap<>();
      configuration.put("cleanup.policy", List.of(made.getOrDefault("cleanup.policy", "delete")));
      if (made.containsKey("retention.ms")) {
        configuration.put("retention.ms", Long.parseLong(made.get("retention.ms")));
      }
      channel.put("bindings", ordered("kafka", ordered("topicConfiguration", configuration)));
      channels.put(name, channel);
    }
    channels.putAll(ReadTopics.channels(comments));
    return channels;
  }

  private static Map<String, Object> messages(String channel) throws IOException {
    Map<String, Object> messages = new LinkedHashMap<>();
    if (channel.equals("samples")) {
      messages.put("SamplesRecord", samples());
    } else if (channel.equals("dead-letters")) {
      messages.put("DeadLetter", deadLetter());
    } else {
      Contents contents = Objects.requireNonNull(JSON.get(channel));
      for (String schema : contents.schemas()) {
        Class<?> type = Objects.requireNonNull(RecordSchemas.RECORDS.get(schema));
        messages.put(
            type.getSimpleName(),
            ordered(
                "contentType", "application/json",
                "payload",
                    ordered(
                        "schemaFormat",
                        "application/schema+json;version=draft-2020-12",
                        "schema",
                        ordered("$ref", "schemas/" + schema + ".schema.json")),
                "bindings", key(ordered("type", "string", "pattern", contents.key()))));
      }
    }
    return messages;
  }

  private static Map<String, Object> samples() throws IOException {
    return ordered(
        "contentType", "application/protobuf",
        "payload",
            ordered(
                "schemaFormat",
                "application/vnd.google.protobuf;version=3",
                "schema",
                Files.readString(SAMPLES)),
        "bindings", key(ordered("type", "string", "description", "the model's name")));
  }

  private static Map<String, Object> deadLetter() {
    Map<String, Object> headers = new LinkedHashMap<>();
    DEAD_LETTER_HEADERS.forEach(
        (name, meaning) -> headers.put(name, ordered("type", "string", "description", meaning)));
    headers.put(
        "gradwatch.reason",
        ordered(
            "type", "string",
            "description", Objects.requireNonNull(DEAD_LETTER_HEADERS.get("gradwatch.reason")),
            "enum", Stream.of(Refusal.values()).map(Refusal::label).toList()));
    return ordered(
        "summary", "Key, value and headers as received, with headers that say what was wrong.",
        "contentType", "application/octet-stream",
        "headers",
            ordered(
                "type",
                "object",
                "required",
                List.copyOf(DEAD_LETTER_HEADERS.keySet()),
                "properties",
                headers));
  }

  private static Map<String, Object> key(Map<String, Object> schema) {
    return ordered("kafka", ordered("key", schema));
  }

  /** What the two applications do with the topics, by their topologies. */
  private Map<String, Object> operations() throws IOException {
    Map<String, Object> operations = new TreeMap<>();
    for (String role : List.of("sampling", "importance")) {
      Matcher nodes = NODE.matcher(Files.readString(GOLDEN.resolve(role + "-topology.txt")));
      while (nodes.find()) {
        String topic = nodes.group("topic");
        String channel = channel(topic);
        if (channel != null) {
          boolean reads = nodes.group("kind").equals("Source");
          operations.put(
              "%s-%s-%s".formatted(role, reads ? "reads" : "writes", channel),
              operation(reads ? "receive" : "send", channel));
        }
      }
    }
    // The golden topologies are those of a model whose labels come with its requests.
    operations.put("sampling-reads-labels", operation("receive", "labels"));
    return operations;
  }

  private static Map<String, Object> operation(String action, String channel) {
    return ordered("action", action, "channel", ordered("$ref", "#/channels/" + channel));
  }

  /** The channel that a topic of the golden topologies is one of; null for Kafka Streams' own. */
  private @Nullable String channel(String topic) {
    if (topics.all().contains(topic)) {
      return topic.substring(topics.prefix().length());
    }
    return topic.contains("inference.") ? "inference" : null;
  }

  private static String camel(String name) {
    List<String> words = new ArrayList<>(List.of(name.split("-")));
    for (int i = 1; i < words.size(); i++) {
      words.set(
          i,
          words.get(i).substring(0, 1).toUpperCase(java.util.Locale.ROOT)
              + words.get(i).substring(1));
    }
    return String.join("", words);
  }

  /** A map in this order: names and values in turn. */
  static Map<String, Object> ordered(Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }
}
