package io.gradwatch.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Compares with a golden file, or rewrites it when the system property golden.rewrite is true. */
public final class Golden {
  private static final Path FOLDER = Path.of("src/test/resources/golden");

  private Golden() {}

  public static void check(String file, String actual) {
    check(FOLDER.resolve(file), actual);
  }

  static void check(Path golden, String actual) {
    try {
      if (Boolean.getBoolean("golden.rewrite")) {
        Files.createDirectories(Objects.requireNonNull(golden.getParent()));
        Files.writeString(golden, actual);
      }
      assertThat(actual)
          .as("%s; rewrite with -Dgolden.rewrite=true and review the difference", golden)
          .isEqualTo(Files.readString(golden));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
