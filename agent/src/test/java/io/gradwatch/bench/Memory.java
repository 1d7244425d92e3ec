package io.gradwatch.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of this process, as the kernel counts it. */
final class Memory {
  private Memory() {}

  /** What is resident now, in MiB. */
  static double residentMiB() {
    return miB("VmRSS:");
  }

  /** The most that was resident so far, in MiB. */
  static double peakMiB() {
    return miB("VmHWM:");
  }

  private static double miB(String field) {
    try {
      return Files.readString(Path.of("/proc/self/status"))
          .lines()
          .filter(line -> line.startsWith(field))
          .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
