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
}
