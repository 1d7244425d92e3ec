package io.gradwatch.importance;

import io.gradwatch.importance.ModelFailureException.Reason;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The models on a device, by the names under which they are watched. One that does not load
 * concerns its own names only, and is not tried again with the same source.
 *
 * <p>For the worker's thread; {@link #failures} answers any thread.
 */
final class HeldModels implements AutoCloseable {
  private final BiFunction<String, ModelSource, LoadedModel> loader;
  private final WorkerEvents events;
  private volatile Map<String, Held> held = Map.of();

  /**
   * What is held under a name.
   *
   * @param source as it was wanted last
   * @param model that is loaded; of an earlier source where this one does not load
   * @param failure of this source to load
   */
  private record Held(
      ModelSource source, @Nullable LoadedModel model, @Nullable ModelFailureException failure) {}

  /**
   * @param loader takes a name that wants the model, for messages, and where it comes from
   */
  HeldModels(BiFunction<String, ModelSource, LoadedModel> loader, WorkerEvents events) {
    this.loader = loader;
    this.events = events;
  }

  /** Loads what is not there yet, and closes what is no longer wanted. */
  void hold(Map<String, ModelSource> wanted) {
    Map<String, Held> before = held;
    Set<LoadedModel> gone = models();
    Map<ModelSource, Held> bySource = new HashMap<>();
    before.values().forEach(each -> bySource.put(each.source(), each));
    Map<String, Held> now = new HashMap<>();
    wanted.forEach(
        (name, source) ->
            now.put(
                name,
                bySource.computeIfAbsent(source, from -> load(name, from, before.get(name)))));
    held = Map.copyOf(now);
    now.forEach(
        (name, each) -> {
          if (!each.equals(before.get(name))) {
            tell(name, each);
          }
        });
    gone.removeAll(models());
    gone.forEach(LoadedModel::close);
  }

  /** The model of a name; null if there is none. */
  @Nullable LoadedModel find(String name) {
    Held found = held.get(name);
    return found == null ? null : found.model();
  }

  /** Why there is none. */
  String whyNot(String name) {
    Held found = held.get(name);
    return found == null || found.failure() == null
        ? "no model is called '" + name + "'"
        : String.valueOf(found.failure().getMessage());
  }

  /** Why models do not load, by name, where they do not. */
  Map<String, ModelFailureException> failures() {
    Map<String, ModelFailureException> failures = new TreeMap<>();
    held.forEach(
        (name, each) -> {
          if (each.failure() != null) {
            failures.put(name, each.failure());
          }
        });
    return failures;
  }

  /** Arrays of all models on the device. */
  int arrays() {
    return models().stream().mapToInt(each -> each.model().arrays().orElse(0)).sum();
  }

  private Set<LoadedModel> models() {
    return held.values().stream()
        .flatMap(each -> Stream.ofNullable(each.model()))
        .collect(Collectors.toSet());
  }

  /** What is loaded goes on where its new file does not load, unless it is to be used otherwise. */
  private Held load(String name, ModelSource source, @Nullable Held before) {
    try {
      return new Held(source, loader.apply(name, source), null);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError | LinkageError e) {
      LoadedModel goesOn =
          before != null && before.source().settings().equals(source.settings())
              ? before.model()
              : null;
      return new Held(
          source,
          goesOn,
          e instanceof ModelFailureException failure
              ? failure
              : new ModelFailureException(
                  Reason.LOAD, "model '%s' does not load: %s".formatted(name, e), e));
    }
  }

  private void tell(String name, Held now) {
    ModelVersion version = now.model() == null ? null : now.model().model().version();
    if (now.failure() != null) {
      events.modelFailed(name, String.valueOf(now.failure().getMessage()), version);
    } else if (version != null) {
      events.modelLoaded(name, version);
    }
  }

  @Override
  public void close() {
    models().forEach(LoadedModel::close);
  }
}
