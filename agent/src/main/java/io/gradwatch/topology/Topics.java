package io.gradwatch.topology;

import java.util.List;

/**
 * The names of Gradwatch's own topics, under one prefix.
 *
 * @param prefix for instance {@code gradwatch.}
 */
public record Topics(String prefix) {
  /** Admitted samples and watermarks, from the sampling to the importance application. */
  public String samples() {
    return prefix + "samples";
  }

  /** One outcome a closed window: an importance snapshot, or why there is none. */
  public String importance() {
    return prefix + "importance";
  }

  /** Baselines, and which of them count; compacted. */
  public String baselines() {
    return prefix + "baselines";
  }

  /** One drift reading a window. */
  public String drift() {
    return prefix + "drift";
  }

  /** One record a change of status. */
  public String alerts() {
    return prefix + "alerts";
  }

  /** Records that are no inference samples, as received. */
  public String deadLetters() {
    return prefix + "dead-letters";
  }

  /** All of them. */
  public List<String> all() {
    return List.of(samples(), importance(), baselines(), drift(), alerts(), deadLetters());
  }
}
