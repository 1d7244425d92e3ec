package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.config.GradwatchConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigWatchTest {
  @TempDir private Path folder;
  private Path file;
  private int changes;

  @BeforeEach
  void mountTheFileAsKubernetesDoes() throws IOException {
    revision("1", "one");
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
    file =
        Files.createSymbolicLink(
            folder.resolve("gradwatch.yaml"), Path.of("..data/gradwatch.yaml"));
  }

  @Test
  void handsTheFileOverOnceTheLinkAboveItIsExchangedAndItsTextIsStill() throws IOException {
    try (ConfigWatch watch = watch()) {
      look(watch, 10);
      assertThat(changes).isZero();
      revision("2", "two");
      exchange("2");
      look(watch, Settling.LOOKS - 1);
      assertThat(changes).isZero();
      look(watch, 1);
      assertThat(changes).isEqualTo(1);
      look(watch, 10);
      assertThat(changes).isEqualTo(1);
    }
  }

  @Test
  void waitsWhileTheFileIsWrittenAndIgnoresWhatComesBack() throws IOException {
    try (ConfigWatch watch = watch()) {
      for (String text : new String[] {"t", "tw", "two", "twoo", "one"}) {
        Files.writeString(file, text);
        look(watch, Settling.LOOKS - 1);
      }
      look(watch, 10);
      assertThat(changes).as("the text is the first one again").isZero();
    }
  }

  @Test
  void doesNotTakeTheSameTextInAnotherFileForAChange() throws IOException {
    try (ConfigWatch watch = watch()) {
      revision("2", "one");
      exchange("2");
      Files.setLastModifiedTime(file, FileTime.fromMillis(1));
      look(watch, 10);
      assertThat(changes).isZero();
    }
  }

  private ConfigWatch watch() {
    return new ConfigWatch(file, () -> GradwatchConfig.load(file, Map.of()));
  }

  private void look(ConfigWatch watch, int times) {
    for (int n = 0; n < times; n++) {
      watch.look(read -> changes++);
    }
  }

  private void revision(String name, String text) throws IOException {
    Path data = Files.createDirectory(folder.resolve(".." + name));
    Files.writeString(data.resolve("gradwatch.yaml"), text);
  }

  private void exchange(String name) throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("..tmp"), Path.of(".." + name));
    Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
  }
}
