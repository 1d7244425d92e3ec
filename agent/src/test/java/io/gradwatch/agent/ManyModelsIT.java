package io.gradwatch.agent;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.Traffic;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.importance.layout.ModelFile;
import io.gradwatch.importance.layout.ModelLocation;
import io.gradwatch.topology.WindowOutcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fifty models in one agent, of which one is broken, while models and files come and go. */
class ManyModelsIT {
  private static final List<String> TOPICS = List.of("inference.a", "inference.b");
  private static final int K = 16;
  private static final long SIZE = 2_000;
  private static final int MODELS = 50;
  private static final String RELOADED = "gradwatch_config_last_reload_successful";
  private static final String BROKEN = "m07";
  private static final String REMOVED = "m10";
  private static final String REPLACED = "m20";

  @TempDir private Path directory;
  private String servers = "";

  @Test
  void disturbsNoOtherModelWhateverHappensToOne() throws Exception {
    layModels();
    List<String> names =
        new ArrayList<>(IntStream.range(0, MODELS).mapToObj("m%02d"::formatted).toList());
    try (AnyBroker broker = AnyBroker.start()) {
      servers = broker.bootstrapServers();
      for (String topic : TOPICS) {
        broker.createTopic(topic, 2);
      }
      Path config = Files.writeString(directory.resolve("gradwatch.yaml"), config(names));
      try (ConfigWatch watch = new ConfigWatch(config, () -> read(config));
          Traffic a = traffic(TOPICS.get(0));
          Traffic b = traffic(TOPICS.get(1));
          Agent agent = Agent.start(read(config), InstantSource.system())) {
        watch.start(agent);
        a.live(30);
        b.live(30);
        within().until(() -> hasTwoWindows(agent, "m49") && hasTwoWindows(agent, REMOVED));

        ModelVersion other = replaceByLink();
        names.remove(REMOVED);
        names.add("added");
        Files.writeString(config, config(names));
        within().until(() -> hasTwoWindows(agent, "added"));
        within()
            .until(
                () -> metrics(agent).contains("\"%s\",version=\"%s\"".formatted(REPLACED, other)));
        Files.writeString(config, "models: none");
        within().until(() -> metrics(agent).contains(RELOADED + " 0.0"));

        assertThat(metrics(agent))
            .doesNotContain("model=\"" + REMOVED + "\"")
            .contains("gradwatch_model_last_load_successful{model=\"" + BROKEN + "\"} 0.0")
            .contains("gradwatch_model_last_load_successful{model=\"added\"} 1.0")
            .contains("gradwatch_watch_started_timestamp_seconds{model=\"added\"} ")
            .contains(
                "gradwatch_windows_skipped_total{model=\"added\",reason=\"out-of-memory\"} 0.0");
      }
      names.add(REMOVED);
      assertThatEachWindowCameOnceWithItsSample(names);
    }
  }

  private void assertThatEachWindowCameOnceWithItsSample(List<String> models) {
    Map<String, SortedMap<Long, String>> samples =
        TOPICS.stream()
            .collect(
                toMap(topic -> topic, topic -> ExpectedWindows.digests(servers, topic, SIZE, K)));
    Map<String, List<WindowOutcome>> outcomes =
        ExpectedWindows.values(servers, "gradwatch.importance", WindowOutcome.class).stream()
            .collect(groupingBy(WindowOutcome::model));
    assertThat(outcomes).containsOnlyKeys(models);
    long reloaded = Objects.requireNonNull(outcomes.get("added")).get(0).start();
    outcomes.forEach(
        (model, windows) -> {
          long first = windows.get(0).start();
          long last = windows.get(windows.size() - 1).start();
          if (!model.equals(REMOVED)) {
            assertThat(last).as("%s goes on after the reload", model).isGreaterThan(reloaded);
          }
          SortedMap<Long, String> expected =
              Objects.requireNonNull(samples.get(topic(model))).subMap(first, last + 1);
          assertThat(windows)
              .as(model)
              .extracting(WindowOutcome::start)
              .containsExactlyElementsOf(expected.keySet());
          if (model.equals(BROKEN)) {
            assertThat(windows).allMatch(outcome -> "load".equals(outcome.skipped()));
          } else {
            assertThat(windows)
                .as(model)
                .extracting(outcome -> Objects.requireNonNull(outcome.snapshot()).digest())
                .containsExactlyElementsOf(expected.values());
          }
        });
  }

  private void layModels() throws IOException {
    Path digits = Program.home().resolve("demo/digits.pt");
    for (int n = 0; n < MODELS; n++) {
      Path folder = Files.createDirectories(directory.resolve("m%02d/..1".formatted(n)));
      Files.copy(digits, folder.resolve("model.pt"));
      Files.createSymbolicLink(folder.resolveSibling("..data"), Path.of("..1"));
      Files.createSymbolicLink(folder.resolveSibling("model.pt"), Path.of("..data/model.pt"));
    }
    Files.copy(digits, Files.createDirectory(directory.resolve("added")).resolve("model.pt"));
    Files.writeString(directory.resolve(BROKEN).resolve("model.pt"), "half a mo");
  }

  /** Another file of the same network: with a comment of one byte, which stands at a zip's end. */
  private ModelVersion replaceByLink() throws IOException {
    Path model = directory.resolve(REPLACED);
    byte[] zip = Files.readAllBytes(model.resolve("model.pt"));
    byte[] other = Arrays.copyOf(zip, zip.length + 1);
    other[zip.length - 2] = 1;
    Files.write(Files.createDirectory(model.resolve("..2")).resolve("model.pt"), other);
    Path link = Files.createSymbolicLink(model.resolve("..tmp"), Path.of("..2"));
    Files.move(link, model.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    try (ModelFile file = ModelFile.open(ModelLocation.of(model))) {
      return file.version();
    }
  }

  private Traffic traffic(String topic) throws IOException {
    DigitRequests digits =
        new DigitRequests(DigitFile.heldOut(Program.home().resolve("demo/digits.csv.gz")), 7);
    return Traffic.to(servers, topic, digits, InstantSource.system());
  }

  private static String topic(String model) {
    return TOPICS.get(model.charAt(model.length() - 1) % 2);
  }

  private static ConditionFactory within() {
    return await().pollInterval(Duration.ofMillis(500)).atMost(Duration.ofSeconds(60));
  }

  private static String metrics(Agent agent) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + agent.port() + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
        .body();
  }

  private static boolean hasTwoWindows(Agent agent, String model) throws Exception {
    return Pattern.compile("windows_done_total\\{model=\"" + model + "\"\\} ([2-9]|\\d\\d)")
        .matcher(metrics(agent))
        .find();
  }

  private static GradwatchConfig read(Path config) {
    return GradwatchConfig.load(config, Map.of());
  }

  private String config(List<String> models) {
    StringBuilder text =
        new StringBuilder(
            """
            kafka:
              bootstrap.servers: %s
            listen: 127.0.0.1:0
            state-dir: %s
            partitions: 2
            replication-factor: 1
            device: cpu
            threads: 1
            duty-cycle: 1
            model-folders: [%s]
            models:
            """
                .formatted(servers, directory.resolve("state"), directory));
    for (String model : models) {
      text.append(
          "- {name: %s, path: %s, topics: [%s], window: %dms, samples: %d, micro-batch: 16, grace: 500ms, max-future-skew: 500ms, idle-timeout: 2s}%n"
              .formatted(model, directory.resolve(model), topic(model), SIZE, K));
    }
    return text.toString();
  }
}
