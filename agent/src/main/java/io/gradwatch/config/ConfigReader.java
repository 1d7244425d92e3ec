package io.gradwatch.config;

import io.gradwatch.config.Joins.Joined;
import io.gradwatch.config.Section.Scope;
import io.gradwatch.drift.DriftSettings;
import io.gradwatch.drift.FalseAlarmBudget;
import io.gradwatch.drift.Seasonality;
import io.gradwatch.importance.ImageShape;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.PeriodicMethod;
import io.gradwatch.importance.WorkerSettings;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.layout.ModelLocation;
import io.gradwatch.sample.Selection;
import io.gradwatch.sample.SourceTopics;
import io.gradwatch.sample.payload.PayloadSettings;
import io.gradwatch.window.LabelSource;
import io.gradwatch.window.WindowSettings;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** Turns one YAML text into the stages' settings, or into all that is wrong with it. */
final class ConfigReader {
  private static final Duration LONGEST_DEFAULT_SKEW = Duration.ofSeconds(10);
  private static final Duration SHORTEST_DEFAULT_MAX_WINDOW = Duration.ofHours(6);

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
      streams += selections.get(i).map(List::size).orElse(1) * kinds(sections.get(i));
    }
    List<String> excluded = excluded(file, sections);
    List<ModelSettings> models = new ArrayList<>();
    for (int i = 0; i < sections.size(); i++) {
      refuseOwnTopics(file, sections.get(i));
      models.addAll(model(file, sections.get(i), streams, selections.get(i), excluded));
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

  /** A model, or its segments, which share everything but their records. */
  private static List<ModelSettings> model(
      Section file,
      Section model,
      int streams,
      Optional<List<Selection>> selections,
      List<String> excluded) {
    Optional<Joined> joined = Joins.read(model);
    joined.ifPresent(join -> refuseOwnTopics(file, model, join.responseTopics()));
    Optional<WindowSettings> window =
        joined.flatMap(join -> model.assemble(() -> window(model, join.responseWait())));
    Optional<ImportanceSettings> importance =
        periodic(model).flatMap(methods -> model.assemble(() -> importance(model, methods)));
    Optional<String> device =
        file.assemble(() -> file.get(Keys.DEVICE))
            .flatMap(shared -> model.assemble(() -> model.get(Keys.MODEL_DEVICE, shared)));
    Optional<PayloadSettings> payload = Payloads.read(model);
    String inputs = payload.map(how -> how.mapping().text()).orElse(null);
    Optional<DriftSettings> drift =
        file.assemble(() -> file.get(Keys.WARNINGS))
            .flatMap(warnings -> model.assemble(() -> drift(model, warnings, streams, inputs)));
    if (window.isEmpty()
        || importance.isEmpty()
        || drift.isEmpty()
        || device.isEmpty()
        || payload.isEmpty()) {
      return List.of();
    }
    Optional<List<Path>> folders =
        file.assemble(() -> file.find(Keys.MODEL_FOLDERS).orElse(List.of()));
    if (folders.isEmpty()) {
      return List.of();
    }
    Function<Selection, ModelSettings> settings =
        selection ->
            new ModelSettings(
                name(model, selection),
                location(model, folders.get()),
                new OutputPick(model.get(Keys.OUTPUT)),
                topics(model, excluded, joined.get().responseTopics()),
                model.get(Keys.START_FROM),
                model.find(Keys.EVENT_TIME_HEADER).orElse(null),
                payload.get(),
                model.find(Keys.BASELINE).orElse(null),
                device.get(),
                window.get(),
                importance.get(),
                drift.get(),
                selection,
                labels(model),
                joined.get().settings(),
                model.find(Keys.REFERENCE).orElse(null),
                model.get(Keys.SHOW_SAMPLES),
                model.find(Keys.IMAGE).map(ImageShape::of).orElse(null));
    List<Selection> all = selections.orElse(List.of(Selection.ALL));
    return model.assemble(() -> all.stream().map(settings).toList()).orElse(List.of());
  }

  private static ModelLocation location(Section model, List<Path> folders) {
    return new ModelLocation(
        model.get(Keys.PATH),
        model.find(Keys.VERSION).orElse(null),
        model.find(Keys.SHA256).map(digest -> digest.toLowerCase(Locale.ROOT)).orElse(null),
        folders);
  }

  /** No configured name holds the sign between them. */
  private static String name(Section model, Selection selection) {
    String name = model.get(Keys.NAME);
    Selection.Segment segment = selection.segment();
    return segment == null ? name : name + "@" + segment.value();
  }

  private static WindowSettings window(Section model, Duration responseWait) {
    Duration size = model.get(Keys.WINDOW);
    Duration grace = model.get(Keys.GRACE);
    return new WindowSettings(
        size,
        model.get(Keys.SAMPLES),
        responseWait.compareTo(grace) > 0 ? responseWait : grace,
        model.get(
            Keys.MAX_FUTURE_SKEW,
            grace.compareTo(LONGEST_DEFAULT_SKEW) <= 0 ? model.text(Keys.GRACE) : "10s"),
        model.get(Keys.IDLE_TIMEOUT),
        model.get(
            Keys.MAX_WINDOW,
            size.compareTo(SHORTEST_DEFAULT_MAX_WINDOW) >= 0 ? model.text(Keys.WINDOW) : "6h"),
        Math.toIntExact(model.get(Keys.PAYLOAD_MAX_BYTES)),
        model.get(Keys.SAMPLE_BYTES));
  }

  private static Optional<List<PeriodicMethod>> periodic(Section model) {
    List<Section> sections = model.children(Keys.PERIODIC);
    List<PeriodicMethod> methods = new ArrayList<>();
    for (Section section : sections) {
      section
          .assemble(
              () ->
                  new PeriodicMethod(
                      section.get(Keys.METHOD), section.get(Keys.EVERY), section.get(Keys.BUDGET)))
          .ifPresent(methods::add);
    }
    return methods.size() == sections.size() ? Optional.of(methods) : Optional.empty();
  }

  private static @Nullable LabelSource labels(Section model) {
    return model
        .find(Keys.LABELS_TOPIC)
        .map(
            topic ->
                new LabelSource(
                    topic,
                    model.get(Keys.LABEL_ID),
                    model.get(Keys.LABEL_WAIT),
                    model.get(Keys.LABEL_BYTES)))
        .orElse(null);
  }

  /** Alarm streams of each selection of a model: its traffic, and its concept where labels come. */
  private static int kinds(Section model) {
    return model.assemble(() -> model.get(Keys.LABEL_SAMPLES)).orElse(0) > 0 ? 2 : 1;
  }

  private static ImportanceSettings importance(Section model, List<PeriodicMethod> periodic) {
    int labelSamples = model.get(Keys.LABEL_SAMPLES);
    if (labelSamples > model.get(Keys.SAMPLES)) {
      throw new IllegalArgumentException(
          "label-samples is %d, must be at most samples, %d"
              .formatted(labelSamples, model.get(Keys.SAMPLES)));
    }
    return new ImportanceSettings(
        model.get(Keys.TASK),
        model.get(Keys.OUTPUTS),
        model.get(Keys.SERVED_OUTPUTS, model.text(Keys.OUTPUTS)),
        Set.copyOf(model.get(Keys.METHODS)),
        periodic,
        model.get(Keys.GROUPS),
        model.get(Keys.MICRO_BATCH) == 0 ? ImportanceSettings.AUTO : model.get(Keys.MICRO_BATCH),
        model.get(Keys.LABELLED) || labelSamples > 0,
        List.of(),
        labelSamples);
  }

  private static DriftSettings drift(
      Section model, FalseAlarmBudget warnings, int streams, @Nullable String inputs) {
    return new DriftSettings(
        model.get(Keys.ALARM_ON),
        model.get(Keys.FALSE_ALARMS),
        warnings,
        streams,
        model.get(Keys.WINDOW),
        model.get(Keys.CYCLE),
        model.get(Keys.BASELINE_WINDOWS),
        model.get(Keys.MIN_EFFECT),
        new Seasonality(model.get(Keys.SEASONALITY), model.get(Keys.TIME_ZONE)),
        inputs);
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

  private static SourceTopics topics(Section model, List<String> excluded, List<String> responses) {
    List<String> names = model.find(Keys.TOPICS).orElse(List.of());
    String regex = model.find(Keys.TOPICS_REGEX).orElse("");
    List<String> never = new ArrayList<>(excluded);
    responses.forEach(topic -> never.add(Pattern.quote(topic)));
    return new SourceTopics(names, regex, regex.isEmpty() ? List.of() : never);
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

  private static void refuseOwnTopics(Section file, Section model, List<String> topics) {
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
