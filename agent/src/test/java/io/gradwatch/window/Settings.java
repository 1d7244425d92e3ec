package io.gradwatch.window;

import java.time.Duration;

/** Window settings for tests: 10 s windows, k = 8, 2 s grace. */
final class Settings {
  static final long SIZE = 10_000;
  static final WindowSettings TEN_SECONDS =
      new WindowSettings(
          Duration.ofMillis(SIZE),
          8,
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          1024,
          64 << 10);

  private Settings() {}
}
