package io.gradwatch.config;

import io.gradwatch.config.Section.Scope;
import io.gradwatch.importance.WorkerSettings;
import io.gradwatch.sample.Selection;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** Turns one YAML text into the stages' settings, or into all that is wrong with it. */
final class ConfigReader {
  private final Problems problems;
  private final Scope scope;

  ConfigReader(String origin, Map<String, String> environment) {
    problems = new Problems(origin);
    scope = new Scope(problems, new Variables(environment));
  }

  /**
   * Reads the text as far as YAML goes.
   *
   * @throws ConfigException if it is none
   */
  Section open(String yaml) {
    return Section.read(Keys.FILE, compose(yaml), "", scope);
  }

  /**
   * Makes settings of what was read.
   *
   * @throws ConfigException with every problem that there is
   */
  GradwatchConfig read(Section file) {
    Map<String, Object> kafka = file.child(Keys.KAFKA).map(Section::all).orElse(Map.of());
    List<Section> sections = file.children(Keys.MODELS);
    sections.forEach(ConfigReader::refuseNoTopics);
    refuseRepeatedNames(sections);
    List<Optional<List<Selection>>> selections = sections.stream().map(Selections::read).toList();
    int streams = 0;
    for (int i = 0; i < sections.size(); i++) {
      streams += selections.get(i).map(List::size).orElse(1) * ModelReader.kinds(sections.get(i));
    }
    List<String> excluded = excluded(file, sections);
    List<ModelSettings> models = new ArrayList<>();
    for (int i = 0; i < sections.size(); i++) {
      refuseOwnTopics(file, sections.get(i));
      models.addAll(ModelReader.read(file, sections.get(i), streams, selections.get(i), excluded));
    }
    Optional<WorkerSettings> worker = file.assemble(() -> worker(file));
    Optional<HttpSettings> http =
        file.child(Keys.HTTP).flatMap(section -> section.assemble(() -> http(section)));
    problems.throwIfAny();
    return config(
        file,
        new KafkaProperties(kafka),
        models,
        worker.orElseThrow(),
        http.orElse(HttpSettings.OPEN));
  }

  private Node compose(String yaml) {
    Node root = null;
    try {
      root = new Yaml(new SafeConstructor(new LoaderOptions())).compose(new StringReader(yaml));
    } catch (MarkedYAMLException e) {
      // The message of the exception itself quotes the file, and so perhaps a secret.
      Mark mark = e.getProblemMark();
      problems.add(mark == null ? 1 : mark.getLine() + 1, "", "is not YAML: " + e.getProblem());
    } catch (YAMLException e) {
      problems.add(
          1, "", "is not YAML: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
    problems.throwIfAny();
    if (root == null) {
      problems.add(1, "", "is empty; expected at least the sections kafka and models");
      problems.throwIfAny();
      throw new IllegalStateException();
    }
    return root;
  }

  private static GradwatchConfig config(
      Section file,
      KafkaProperties kafka,
      List<ModelSettings> models,
      WorkerSettings worker,
      HttpSettings http) {
    return new GradwatchConfig(
        kafka,
        models,
        file.get(Keys.TOPIC_PREFIX),
        file.get(Keys.APPLICATION_PREFIX),
        file.find(Keys.INSTANCE_ID).orElse(null),
        file.get(Keys.STATE_DIR),
        file.get(Keys.LISTEN),
        http,
        Set.copyOf(file.get(Keys.ROLES)),
        worker,
        file.get(Keys.MAX_PENDING),
        file.get(Keys.STORE_MEMORY),
        file.get(Keys.SERIES_LIMIT),
        file.get(Keys.PARTITIONS),
        file.get(Keys.REPLICATION_FACTOR));
  }

  private static HttpSettings http(Section http) {
    return new HttpSettings(
        http.find(Keys.TLS_KEYSTORE).orElse(null),
        http.find(Keys.TLS_KEYSTORE_PASSWORD).orElse(null),
        http.find(Keys.USERNAME).orElse(null),
        http.find(Keys.PASSWORD).orElse(null));
  }

  private static WorkerSettings worker(Section file) {
    return new WorkerSettings(
        file.get(Keys.DUTY_CYCLE),
        file.get(Keys.CATCH_UP_DUTY_CYCLE),
        threads(file.get(Keys.THREADS)),
        file.get(Keys.MEMORY_FLOOR),
        file.get(Keys.DEVICE_TIMEOUT));
  }

  /** Java knows the container's quota. */
  private static int threads(int configured) {
    return configured > 0 ? configured : Math.min(64, Runtime.getRuntime().availableProcessors());
  }

  private static void refuseNoTopics(Section model) {
    model
        .assemble(
            () -> model.find(Keys.TOPICS).isPresent() || model.find(Keys.TOPICS_REGEX).isPresent())
        .filter(some -> !some)
        .ifPresent(
            none ->
                model.refuse(
                    Keys.TOPICS,
                    "is missing; expected %s, or topics-regex"
                        .formatted(Keys.TOPICS.type().expected())));
  }

  private static void refuseRepeatedNames(List<Section> models) {
    Set<String> names = new HashSet<>();
    for (Section model : models) {
      model
          .assemble(() -> model.get(Keys.NAME))
          .filter(name -> !names.add(name))
          .ifPresent(
              name ->
                  model.refuse(
                      Keys.NAME, "'" + name + "' is the name of an earlier model; choose another"));
    }
  }

  /** What no expression may stand for: Gradwatch's and Kafka's own topics, and labels. */
  private static List<String> excluded(Section file, List<Section> models) {
    List<String> excluded = new ArrayList<>(List.of("__.*"));
    for (Key<String> prefix : List.of(Keys.TOPIC_PREFIX, Keys.APPLICATION_PREFIX)) {
      file.assemble(() -> file.get(prefix))
          .ifPresent(own -> excluded.add(Pattern.quote(own) + ".*"));
    }
    for (Section model : models) {
      model
          .assemble(() -> model.find(Keys.LABELS_TOPIC).orElse(""))
          .filter(topic -> !topic.isEmpty())
          .ifPresent(topic -> excluded.add(Pattern.quote(topic)));
    }
    return excluded;
  }

  /** A model that reads what Gradwatch writes would feed on itself. */
  private static void refuseOwnTopics(Section file, Section model) {
    Optional<List<String>> topics = model.assemble(() -> model.find(Keys.TOPICS).orElse(List.of()));
    Optional<String> labels = model.assemble(() -> model.find(Keys.LABELS_TOPIC).orElse(""));
    for (String topic : topics.orElse(List.of())) {
      if (labels.isPresent() && topic.equals(labels.get())) {
        model.refuse(
            Keys.LABELS_TOPIC,
            "'%s' is one of topics: labels need a topic of their own".formatted(topic));
      }
    }
    refuseOwnTopics(
        file, model, Stream.concat(topics.orElse(List.of()).stream(), labels.stream()).toList());
  }

  static void refuseOwnTopics(Section file, Section model, List<String> topics) {
    Optional<String> prefix = file.assemble(() -> file.get(Keys.TOPIC_PREFIX));
    for (String topic : topics) {
      if (prefix.isPresent() && topic.startsWith(prefix.get())) {
        model.refuse(
            Keys.TOPICS,
            "'%s' starts with topic-prefix, %s, which is for Gradwatch's own topics"
                .formatted(topic, prefix.get()));
      }
    }
  }
}
