package io.gradwatch.config;

import io.gradwatch.window.JoinSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads by which id a model's records are joined. */
final class Joins {
  private Joins() {}

  /**
   * What the section says.
   *
   * @param settings null where there is no such section
   * @param responseWait for responses after a window's end; zero where nothing is said
   */
  record Joined(@Nullable JoinSettings settings, Duration responseWait) {
    /** Topics that have nothing but responses, so that no expression may stand for them. */
    List<String> responseTopics() {
      return settings == null ? List.of() : settings.responseTopics();
    }
  }

  /** Empty if something could not be read, which is noted. */
  static Optional<Joined> read(Section model) {
    Optional<Section> section = model.child(Keys.JOIN);
    if (section.isEmpty()) {
      return Optional.of(new Joined(null, Duration.ZERO));
    }
    Section join = section.get();
    return join.assemble(() -> joined(join, model));
  }

  private static Joined joined(Section join, Section model) {
    List<String> topics = join.find(Keys.RESPONSE_TOPICS).orElse(List.of());
    List<String> both = new ArrayList<>(topics);
    both.retainAll(model.find(Keys.TOPICS).orElse(List.of()));
    if (!both.isEmpty()) {
      throw new IllegalArgumentException(
          "response-topics has %s of topics; leave response-topics out where responses are among the requests"
              .formatted(both));
    }
    Optional<Duration> wait = join.find(Keys.RESPONSE_WAIT);
    boolean responses = join.get(Keys.RESPONSES);
    if (wait.isPresent() && !responses) {
      throw new IllegalArgumentException("response-wait is there, but responses is false");
    }
    return new Joined(
        new JoinSettings(join.get(Keys.JOIN_ID), responses, topics), wait.orElse(Duration.ZERO));
  }
}
