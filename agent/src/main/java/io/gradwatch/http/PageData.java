package io.gradwatch.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * What the page shows, as JSON. Called on threads of the server, which also answer probes, so no
 * method waits for anything.
 */
public interface PageData {
  /** Has nothing to show. */
  PageData NONE =
      new PageData() {
        @Override
        public byte[] models() {
          return "{\"format\":1,\"now\":0,\"models\":[]}".getBytes(UTF_8);
        }

        @Override
        public byte @Nullable [] model(String model, String kind) {
          return null;
        }

        @Override
        public byte @Nullable [] pictures(String model, String kind, @Nullable Unit unit) {
          return null;
        }

        @Override
        public @Nullable Report report(String model) {
          return null;
        }
      };

  /** All models in short. */
  byte[] models();

  /**
   * The last window of a model, and its history.
   *
   * @param model as it is in {@link #models}, or anything that a client makes up
   * @param kind likewise
   * @return null if there is no such model
   */
  byte @Nullable [] model(String model, String kind);

  /**
   * A unit that somebody wants to look at.
   *
   * @param group whose unit it is, or anything that a client makes up
   * @param number from 0
   */
  record Unit(String group, int number) {
    public Unit {
      if (number < 0) {
        throw new IllegalArgumentException("unit is " + number + ", must be 0 or more");
      }
    }
  }

  /**
   * The samples that contributed most, and what can be looked at; else as {@link #model}.
   *
   * @param unit whose samples are asked for; null for those of what changed
   */
  byte @Nullable [] pictures(String model, String kind, @Nullable Unit unit);

  /**
   * What there is of a report.
   *
   * @param html a page that needs nothing else; null while it is being written, and where it cannot
   *     be
   * @param failure why it cannot be written, for people; null where it can
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Report(byte @Nullable [] html, @Nullable String failure) {
    /** It is being written. */
    public static final Report PENDING = new Report(null, null);
  }

  /**
   * The report of a model for people who do not read metrics; who asks while it is being written
   * comes again.
   *
   * @param model as in {@link #model}
   * @return null if there is no such model, or no window of it yet
   */
  @Nullable Report report(String model);
}
