package io.gradwatch.agent;

import io.gradwatch.agent.Doctor.Finding;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether this user may write to the folder of the local state, or make it. Changes nothing. */
final class StateFolder {
  private StateFolder() {}

  /**
   * Sees that it can be used.
   *
   * @throws StartException if not
   */
  static void require(Path folder) {
    Finding finding = examine(folder);
    if (!finding.good()) {
      throw new StartException(finding.what() + ": " + finding.found());
    }
  }

  static Finding examine(Path folder) {
    Path there = folder.toAbsolutePath();
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    boolean good = Files.isDirectory(there) && Files.isWritable(there);
    return new Finding(
        good,
        "state-dir " + folder,
        good
            ? there.equals(folder.toAbsolutePath()) ? "can be written" : "can be made"
            : "%s is no folder that user %s may write to; grant it, or set state-dir"
                .formatted(there, System.getProperty("user.name")));
  }
}
