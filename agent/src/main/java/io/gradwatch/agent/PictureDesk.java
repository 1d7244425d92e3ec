package io.gradwatch.agent;

import io.gradwatch.config.ModelSettings;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.http.PageData.Unit;
import io.gradwatch.importance.Contributors;
import io.gradwatch.importance.Contributors.TopSample;
import io.gradwatch.importance.FirstLayer;
import io.gradwatch.importance.ImageShape;
import io.gradwatch.importance.ImportanceWorkers;
import io.gradwatch.importance.Question;
import io.gradwatch.importance.Saliency;
import io.gradwatch.report.ModelPictures;
import io.gradwatch.report.ModelPictures.Layer;
import io.gradwatch.report.ModelPictures.SamplePicture;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.window.SampleReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws what of a model can be looked at, when somebody looks: reads samples again, and asks the
 * device for saliencies and weights. On one daemon thread, since all of it waits; who asks gets
 * what is there and comes again. Keeps the last pictures of each model. Thread-safe.
 */
final class PictureDesk implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PictureDesk.class);

  /** The device may be in a long window, and keeps to its duty cycle. */
  private static final long PATIENCE_SECONDS = 60;

  private final Map<String, Object> kafka;
  private final Supplier<@Nullable ImportanceWorkers> workers;
  private final ExecutorService thread = Daemon.named("gradwatch-pictures");
  private final Map<String, Drawn> drawn = new ConcurrentHashMap<>();
  private final OnDemand<AskedUnit, ModelPictures> units = new OnDemand<>(thread);

  /**
   * @param topic what is to be drawn: another one is drawn anew
   * @param pictures of it, or, until they are done, of the window before
   */
  private record Drawn(Topic topic, ModelPictures pictures) {}

  private record AskedUnit(ModelSettings model, String version, Unit unit) {}

  private record Topic(ModelSettings model, String version, @Nullable Contributors found) {
    boolean isOfTheSameWeights(Topic other) {
      return model.equals(other.model) && version.equals(other.version);
    }

    /** Whether pictures of another window may stand in for its own. */
    boolean mayShow(Topic other) {
      return isOfTheSameWeights(other) && found != null && other.found != null;
    }
  }

  /**
   * @param kafka properties of the client
   * @param workers null where there are none, or none yet
   */
  PictureDesk(Map<String, Object> kafka, Supplier<@Nullable ImportanceWorkers> workers) {
    this.kafka = Map.copyOf(kafka);
    this.workers = workers;
  }

  /** What there is for a reading; begins to draw the rest. Never waits. */
  ModelPictures look(ModelSettings model, DriftReading reading) {
    Topic topic = new Topic(model, reading.version().toString(), reading.contributors());
    String key = reading.model() + "/" + reading.kind();
    Drawn known = drawn.get(key);
    if (known != null && known.topic().equals(topic)) {
      return known.pictures();
    }
    ModelPictures meanwhile =
        known != null && topic.mayShow(known.topic()) && !known.pictures().pending()
            ? known.pictures()
            : ModelPictures.hidden(
                topic.found(),
                model.showSamples(),
                true,
                known != null && topic.isOfTheSameWeights(known.topic())
                    ? known.pictures().layer()
                    : null);
    drawn.put(key, new Drawn(topic, meanwhile));
    thread.execute(() -> draw(key, topic));
    return meanwhile;
  }

  /** The same of the newest requests, those first that drive one unit most. */
  ModelPictures look(ModelSettings model, DriftReading reading, Unit unit) {
    return model.showSamples()
        ? units.look(
            new AskedUnit(model, reading.version().toString(), unit),
            reading.end(),
            () -> unit(model, unit),
            ModelPictures.without("The newest requests are looked at.", true, null))
        : ModelPictures.without(
            "Samples are hidden; show-samples: true of the model shows them.", false, null);
  }

  private ModelPictures unit(ModelSettings model, Unit unit) {
    try {
      UnitSamples newest = UnitSamples.newest(kafka, model);
      Layer layer = layer(model);
      if (newest.rows().isEmpty()) {
        return ModelPictures.without("There are no requests in the topics.", false, layer);
      }
      Answer<Contributors> found =
          ask(model, newest.drivers(model.name(), unit, model.drift().method()));
      if (found.value() == null) {
        return ModelPictures.without(String.valueOf(found.failure()), false, layer);
      }
      return new ModelPictures(
          ModelPictures.FORMAT,
          false,
          ModelPictures.note(found.value(), unit.number()),
          samples(model, found.value(), newest.rows()),
          layer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ModelPictures.without("The agent stops.", true, null);
    } catch (RuntimeException e) {
      LOG.warn("the samples of a unit of model '{}' cannot be drawn", model.name(), e);
      return ModelPictures.without("They cannot be drawn; the log says why.", false, null);
    }
  }

  private void draw(String key, Topic topic) {
    Drawn now = drawn.get(key);
    if (now == null || !now.topic().equals(topic)) {
      return; // a newer window came meanwhile
    }
    ModelPictures done;
    try {
      done = pictures(topic, now.pictures().layer());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    // Where windows are shorter than drawing takes, the newest would never be done.
    drawn.computeIfPresent(
        key,
        (name, newest) ->
            newest.topic().equals(topic) || newest.topic().mayShow(topic)
                ? new Drawn(newest.topic(), done)
                : newest);
  }

  private ModelPictures pictures(Topic topic, @Nullable Layer known) throws InterruptedException {
    Contributors found = topic.found();
    boolean shown = topic.model().showSamples();
    try {
      Layer layer = known == null ? layer(topic.model()) : known;
      return found == null || !shown
          ? ModelPictures.hidden(found, shown, false, layer)
          : new ModelPictures(
              ModelPictures.FORMAT,
              false,
              ModelPictures.note(found, true),
              samples(topic.model(), found),
              layer);
    } catch (RuntimeException e) {
      LOG.warn("the pictures of model '{}' cannot be drawn", topic.model().name(), e);
      return ModelPictures.hidden(found, shown, false, null);
    }
  }

  private @Nullable Layer layer(ModelSettings model) throws InterruptedException {
    Answer<Optional<FirstLayer>> answer =
        ask(model, (loaded, settings) -> Optional.ofNullable(FirstLayer.of(loaded, model.image())));
    return answer.value() == null ? null : answer.value().map(Layer::of).orElse(null);
  }

  private List<SamplePicture> samples(ModelSettings model, Contributors found)
      throws InterruptedException {
    Map<SampleReference, Optional<InferenceSample>> contents;
    try {
      contents = SamplesAgain.read(kafka, Readers.of(model), references(found));
    } catch (StartException e) {
      LOG.warn("{}", e.getMessage());
      return found.samples().stream()
          .map(sample -> SamplePicture.hidden(sample, "cannot be read again; the log says why"))
          .toList();
    }
    return samples(model, found, contents);
  }

  private List<SamplePicture> samples(
      ModelSettings model,
      Contributors found,
      Map<SampleReference, Optional<InferenceSample>> contents)
      throws InterruptedException {
    List<SamplePicture> pictures = new ArrayList<>();
    for (TopSample sample : found.samples()) {
      Optional<InferenceSample> content =
          sample.reference() == null
              ? Optional.empty()
              : contents.getOrDefault(sample.reference(), Optional.empty());
      pictures.add(
          content.isEmpty()
              ? SamplePicture.hidden(sample, "expired: the topic no longer has it")
              : shown(model, sample, content.get()));
    }
    return pictures;
  }

  private static List<SampleReference> references(Contributors found) {
    return found.samples().stream()
        .map(TopSample::reference)
        .filter(Objects::nonNull)
        .map(Objects::requireNonNull)
        .toList();
  }

  private SamplePicture shown(ModelSettings model, TopSample sample, InferenceSample content)
      throws InterruptedException {
    if (ImageShape.of(content.inputs().get(0), model.image()) == null) {
      return SamplePicture.shown(sample, content, null, null, null);
    }
    Answer<Saliency> saliency =
        ask(model, (loaded, settings) -> Saliency.of(loaded, settings, content));
    return SamplePicture.shown(
        sample,
        content,
        model.image(),
        saliency.value(),
        saliency.failure() == null ? null : "no saliency: " + saliency.failure());
  }

  /** What came of a question: one of the two. */
  private record Answer<T>(@Nullable T value, @Nullable String failure) {}

  private <T> Answer<T> ask(ModelSettings model, Question<T> question) throws InterruptedException {
    ImportanceWorkers running = workers.get();
    if (running == null) {
      return new Answer<>(null, "no model is loaded here");
    }
    try {
      return new Answer<>(
          running.ask(model.name(), question).get(PATIENCE_SECONDS, TimeUnit.SECONDS), null);
    } catch (ExecutionException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      return new Answer<>(null, why.getMessage());
    } catch (TimeoutException e) {
      return new Answer<>(null, "the device is busy");
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
