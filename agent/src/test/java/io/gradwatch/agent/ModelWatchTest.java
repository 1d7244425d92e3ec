package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.importance.Digits;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.importance.WorkerEvents;
import io.gradwatch.importance.layout.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelWatchTest {
  private static final Path MODELS = Path.of("src/test/resources/io/gradwatch/importance/models");

  @TempDir private Path folder;
  private final Events events = new Events();
  private Path data;
  private ModelWatch watch;

  /** Remembers the last thing that was told of model m. */
  private static final class Events implements WorkerEvents {
    private volatile String told = "";

    @Override
    public void modelLoaded(String model, ModelVersion version) {
      if (model.equals("m")) {
        told = "loaded " + version.sha256();
      }
    }

    @Override
    public void modelFailed(String model, String message, @Nullable ModelVersion goesOn) {
      if (model.equals("m")) {
        told = goesOn == null ? "failed" : "goes on with " + goesOn.sha256();
      }
    }
  }

  private static final String CONFIG =
      """
      kafka: {bootstrap.servers: 'none:9092'}
      device: cpu
      models:
        - {name: m, path: %s, topics: [t]}
        - {name: n, path: %s, topics: [t]}
      """;

  @BeforeEach
  void start() throws Exception {
    data = Files.createDirectory(folder.resolve("..1"));
    Files.copy(MODELS.resolve("scalar.pt"), data.resolve("m.pt"));
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
    Files.createSymbolicLink(folder.resolve("m.pt"), Path.of("..data/m.pt"));
    GradwatchConfig config =
        GradwatchConfig.parse(CONFIG.formatted(folder, Digits.MODEL), "test", Map.of());
    watch = new ModelWatch(config, events);
    watch.workers().awaitModels(new CompletableFuture<>());
    assertThat(events.told).isEqualTo("loaded " + sha("scalar"));
  }

  @AfterEach
  void close() {
    watch.close();
  }

  @Test
  void takesAnotherFileOverWhenTheLinkAboveItIsExchanged() throws IOException {
    Path next = Files.createDirectory(folder.resolve("..2"));
    Files.copy(MODELS.resolve("norm.pt"), next.resolve("m.pt"));
    Path link = Files.createSymbolicLink(folder.resolve("..tmp"), Path.of("..2"));
    Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    Files.delete(data.resolve("m.pt"));

    look(Settling.LOOKS);
    await().until(() -> events.told.equals("loaded " + sha("norm")));
  }

  @Test
  void takesAFileOverThatIsRenamedIntoItsPlace() throws IOException {
    Path next = Files.copy(MODELS.resolve("norm.pt"), folder.resolve(".m.pt.part"));
    look(10);
    Files.move(next, data.resolve("m.pt"), StandardCopyOption.REPLACE_EXISTING);
    look(Settling.LOOKS);
    await().until(() -> events.told.equals("loaded " + sha("norm")));
  }

  @Test
  void leavesAFileAloneWhileItIsWrittenAndGoesOnIfItIsLeftHalf() throws IOException {
    byte[] whole = Files.readAllBytes(MODELS.resolve("norm.pt"));
    for (int length = 100; length < whole.length / 2; length += whole.length / 10) {
      Files.write(data.resolve("m.pt"), Arrays.copyOf(whole, length));
      look(Settling.LOOKS - 1);
    }
    assertThat(events.told).isEqualTo("loaded " + sha("scalar"));
    look(Settling.LOOKS);
    await().until(() -> events.told.equals("goes on with " + sha("scalar")));

    Files.write(data.resolve("m.pt"), whole);
    look(Settling.LOOKS);
    await().until(() -> events.told.equals("loaded " + sha("norm")));
  }

  private void look(int times) {
    for (int n = 0; n < times; n++) {
      watch.look();
    }
  }

  private static String sha(String model) {
    var location = io.gradwatch.importance.layout.ModelLocation.of(MODELS.resolve(model + ".pt"));
    try (ModelFile file = ModelFile.open(location)) {
      return file.version().sha256();
    }
  }
}
