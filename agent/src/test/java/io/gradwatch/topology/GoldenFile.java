package io.gradwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Text that others depend on, in files; {@code -Dgolden.rewrite=true} writes them anew. */
final class GoldenFile {
  private static final Path FOLDER = Path.of("src/test/resources/golden");

  private GoldenFile() {}

  static void assertEqual(String name, String text) throws IOException {
    assertEqual(FOLDER.resolve(name), text);
  }

  static void assertEqual(Path file, String text) throws IOException {
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.writeString(file, text);
    }
    assertThat(text).isEqualTo(Files.readString(file));
  }
}
