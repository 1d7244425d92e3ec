package io.gradwatch.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of a process, as the kernel counts it. */
public final class Memory {
  private Memory() {}

  /** What of this process is resident now, in MiB. */
  static double residentMiB() {
    return miB("self", "VmRSS:");
  }

  /** What of another process is resident now, in MiB. */
  public static double residentMiB(long pid) {
    return miB(Long.toString(pid), "VmRSS:");
  }

  /** The most of this process that was resident so far, in MiB. */
  static double peakMiB() {
    return miB("self", "VmHWM:");
  }

  private static double miB(String process, String field) {
    try {
      return Files.readString(Path.of("/proc", process, "status"))
          .lines()
          .filter(line -> line.startsWith(field))
          .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
