package io.gradwatch.selftest;

import io.gradwatch.sample.InferenceSample;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * A shift that is put into traffic.
 *
 * @param name one word
 * @param description what it does, in a few words
 * @param kept the samples that still arrive
 * @param change what happens to each of them
 */
public record Injection(
    String name, String description, Predicate<InferenceSample> kept, Change change) {
  /** The name of the one that changes nothing. */
  public static final String NONE = "none";

  /** What happens to one sample; chance comes from the caller, so that it can be repeated. */
  @FunctionalInterface
  public interface Change {
    InferenceSample apply(InferenceSample sample, SplittableRandom random);
  }

  /** One that every sample goes through. */
  public static Injection of(String name, String description, Change change) {
    return new Injection(name, description, sample -> true, change);
  }

  /** The samples as they are: where it pages, the samples themselves are unlike the baseline. */
  public static Injection none() {
    return of(NONE, "the samples as they are: should stay quiet", (sample, random) -> sample);
  }
}
