package io.gradwatch.topology;

import io.gradwatch.sample.Field;
import io.gradwatch.sample.Message;
import io.gradwatch.sample.Priority;
import io.gradwatch.window.Admission.Kind;
import io.gradwatch.window.JoinSettings;
import io.gradwatch.window.SampleKey;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the records of a topic may be to a model, and their places in the order of its samples: by
 * the id that requests and responses share where the model joins by one, else by their offsets.
 */
final class Joining {
  static final Set<Kind> REQUESTS = Collections.unmodifiableSet(EnumSet.of(Kind.REQUEST));
  static final Set<Kind> RESPONSES = Collections.unmodifiableSet(EnumSet.of(Kind.RESPONSE));
  private static final Set<Kind> EITHER = Collections.unmodifiableSet(EnumSet.allOf(Kind.class));

  private final StreamModel model;
  private final @Nullable JoinSettings join;
  private final long seed;

  /** What all of its records are; null where each has to be looked at. */
  private final @Nullable Set<Kind> all;

  Joining(StreamModel model, String topic, long seed) {
    this.model = model;
    this.seed = seed;
    JoinSettings settings = model.join();
    this.join = settings;
    if (settings == null || !settings.responses()) {
      this.all = REQUESTS;
    } else if (settings.isOfResponses().test(topic)) {
      this.all = RESPONSES;
    } else {
      this.all = settings.responseTopics().isEmpty() ? null : REQUESTS;
    }
  }

  /** What a record may be, as far as that is seen without parsing. */
  Set<Kind> kinds(Arrival arrival) {
    if (all != null) {
      return all;
    }
    return switch (arrival.kind(model.reader())) {
      case REQUEST -> REQUESTS;
      case RESPONSE -> RESPONSES;
      case UNKNOWN -> EITHER;
    };
  }

  /** Whether a record may be the model's, as far as that is seen without parsing. */
  boolean mayTake(Arrival arrival, Set<Kind> kinds) {
    return kinds.contains(Kind.REQUEST)
        ? model.selection().mayTake(arrival::text)
        : model.selection().mayAnswer(arrival::text);
  }

  /** The first place that a record can have, as far as that is known without parsing. */
  SampleKey key(Arrival arrival) {
    if (join == null) {
      return arrival.key();
    }
    return join.id() instanceof Field.OfRecord beside
        ? arrival.key(beside, seed)
        : arrival.key().withPriority(0);
  }

  /** The place of a record that has been parsed. */
  SampleKey key(Arrival arrival, @Nullable String id) {
    return id == null ? arrival.key() : arrival.key().withPriority(Priority.ofId(seed, id));
  }

  /** The id of a record that has been parsed; null where it has none, or none is asked for. */
  @Nullable String id(Arrival arrival, Message message) {
    if (join == null) {
      return null;
    }
    return JoinId.orNull(
        join.id() instanceof Field.OfRecord beside ? arrival.text(beside) : message.id());
  }
}
