package io.gradwatch.config;

import io.gradwatch.config.Joins.Joined;
import io.gradwatch.drift.DriftSettings;
import io.gradwatch.drift.FalseAlarmBudget;
import io.gradwatch.drift.Seasonality;
import io.gradwatch.importance.ImageShape;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.PeriodicMethod;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.layout.ModelLocation;
import io.gradwatch.sample.Selection;
import io.gradwatch.sample.SourceTopics;
import io.gradwatch.sample.payload.PayloadSettings;
import io.gradwatch.window.LabelSource;
import io.gradwatch.window.WindowSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns the section of one model into its settings. */
final class ModelReader {
  private static final Duration LONGEST_DEFAULT_SKEW = Duration.ofSeconds(10);
  private static final Duration SHORTEST_DEFAULT_MAX_WINDOW = Duration.ofHours(6);

  /** What the segments of a model share. */
  private record Parts(
      Joined joined,
      WindowSettings window,
      ImportanceSettings importance,
      String device,
      PayloadSettings payload,
      DriftSettings drift,
      ModelLocation location,
      SourceTopics topics) {}

  private ModelReader() {}

  /**
   * A model, or its segments, which share everything but their records; empty where something is
   * wrong, which its section has been told.
   *
   * @param streams alarm streams of all models, which share the budget
   * @param selections its segments; empty where they are wrong
   * @param excluded expressions of topics that are nobody's requests
   */
  static List<ModelSettings> read(
      Section file,
      Section model,
      int streams,
      Optional<List<Selection>> selections,
      List<String> excluded) {
    Optional<Joined> joined = Joins.read(model);
    joined.ifPresent(join -> ConfigReader.refuseOwnTopics(file, model, join.responseTopics()));
    Optional<WindowSettings> window =
        joined.flatMap(join -> model.assemble(() -> window(model, join.responseWait())));
    Optional<ImportanceSettings> importance =
        periodic(model).flatMap(methods -> model.assemble(() -> importance(model, methods)));
    Optional<String> device = device(file, model);
    Optional<PayloadSettings> payload = Payloads.read(model);
    Optional<DriftSettings> drift = drift(file, model, streams, payload);
    Optional<ModelLocation> location = location(file, model);
    Optional<SourceTopics> topics =
        joined.flatMap(
            join -> model.assemble(() -> topics(model, excluded, join.responseTopics())));
    if (Stream.of(joined, window, importance, device, payload, drift, location, topics)
        .anyMatch(Optional::isEmpty)) {
      return List.of();
    }
    Parts parts =
        new Parts(
            joined.get(),
            window.get(),
            importance.get(),
            device.get(),
            payload.get(),
            drift.get(),
            location.get(),
            topics.get());
    List<Selection> all = selections.orElse(List.of(Selection.ALL));
    return model
        .assemble(() -> all.stream().map(each -> settings(model, parts, each)).toList())
        .orElse(List.of());
  }

  /** Its own, else that of all models. */
  private static Optional<String> device(Section file, Section model) {
    return file.assemble(() -> file.get(Keys.DEVICE))
        .flatMap(shared -> model.assemble(() -> model.get(Keys.MODEL_DEVICE, shared)));
  }

  private static ModelSettings settings(Section model, Parts parts, Selection selection) {
    return new ModelSettings(
        name(model, selection),
        parts.location,
        new OutputPick(model.get(Keys.OUTPUT)),
        parts.topics,
        model.get(Keys.START_FROM),
        model.find(Keys.EVENT_TIME_HEADER).orElse(null),
        parts.payload,
        model.find(Keys.BASELINE).orElse(null),
        parts.device,
        parts.window,
        parts.importance,
        parts.drift,
        selection,
        labels(model),
        parts.joined.settings(),
        model.find(Keys.REFERENCE).orElse(null),
        model.get(Keys.SHOW_SAMPLES),
        model.find(Keys.IMAGE).map(ImageShape::of).orElse(null));
  }

  private static Optional<DriftSettings> drift(
      Section file, Section model, int streams, Optional<PayloadSettings> payload) {
    String inputs = payload.map(how -> how.mapping().text()).orElse(null);
    return file.assemble(() -> file.get(Keys.WARNINGS))
        .flatMap(warnings -> model.assemble(() -> drift(model, warnings, streams, inputs)));
  }

  private static Optional<ModelLocation> location(Section file, Section model) {
    return file.assemble(() -> file.find(Keys.MODEL_FOLDERS).orElse(List.of()))
        .flatMap(folders -> model.assemble(() -> location(model, folders)));
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
  static int kinds(Section model) {
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

  private static SourceTopics topics(Section model, List<String> excluded, List<String> responses) {
    List<String> names = model.find(Keys.TOPICS).orElse(List.of());
    String regex = model.find(Keys.TOPICS_REGEX).orElse("");
    List<String> never = new ArrayList<>(excluded);
    responses.forEach(topic -> never.add(Pattern.quote(topic)));
    return new SourceTopics(names, regex, regex.isEmpty() ? List.of() : never);
  }
}
