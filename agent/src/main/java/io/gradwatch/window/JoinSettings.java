package io.gradwatch.window;

import io.gradwatch.sample.Field;
import io.gradwatch.sample.SourceTopics;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * By which id the records of a model are joined: requests with responses, and with labels.
 *
 * <p>The id also gives a record its priority, so that a request and its response are sampled
 * together wherever they are.
 *
 * @param id where requests and responses have it: beside the value, or {@link Field.BodyId} within
 * @param responses whether responses are joined; without, the id serves labels alone
 * @param responseTopics topics with nothing but responses; none where they are among the requests
 */
public record JoinSettings(Field id, boolean responses, List<String> responseTopics) {
  /** Responses of a window that are kept, in samples: traffic may double from one to the next. */
  private static final int RESPONSES_A_SAMPLE = 2;

  public JoinSettings {
    Objects.requireNonNull(id);
    responseTopics = List.copyOf(responseTopics);
    if (!(id instanceof Field.OfRecord || id instanceof Field.BodyId)) {
      throw new IllegalArgumentException("id is " + id.label() + ", must be header, key or body");
    }
    if (!responses && !responseTopics.isEmpty()) {
      throw new IllegalArgumentException(
          "response-topics is %s, but responses is false".formatted(responseTopics));
    }
  }

  /** Whether a topic has nothing but responses. */
  public Predicate<String> isOfResponses() {
    return responseTopics::contains;
  }

  /** All topics that requests and responses come from. */
  public List<SourceTopics> sources(SourceTopics requests) {
    return responseTopics.isEmpty()
        ? List.of(requests)
        : List.of(requests, new SourceTopics(responseTopics, "", List.of()));
  }

  /**
   * Responses of a window whose priority is low enough for them to be kept. More than requests,
   * because some of them answer the window before.
   *
   * @param samples of the window (k)
   */
  static int kept(int samples) {
    return RESPONSES_A_SAMPLE * samples;
  }

  /** An empty sample of the responses of one window. */
  public static BottomK sample(WindowSettings window) {
    return new BottomK(kept(window.samples()), window.sampleBytes());
  }
}
