package io.gradwatch;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What a test needs of its machine besides Java. Where that lacks, the test is skipped; with {@code
 * GRADWATCH_TESTS=all} in the environment, as {@code .ci/run} sets it after installing all of it,
 * the test fails.
 */
public final class Needs {
  private static final boolean ALL = "all".equals(System.getenv("GRADWATCH_TESTS"));

  private Needs() {}

  /**
   * Goes on if it is there.
   *
   * @param lacking what is not there, and which package has it
   */
  public static void that(boolean there, String lacking) {
    if (ALL && !there) {
      fail(lacking);
    }
    assumeTrue(there, lacking);
  }
}
