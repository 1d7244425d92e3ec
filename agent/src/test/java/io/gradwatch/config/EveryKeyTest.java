package io.gradwatch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gradwatch.drift.FalseAlarmBudget;
import io.gradwatch.drift.Seasonality;
import io.gradwatch.importance.Grouping;
import io.gradwatch.importance.ImageShape;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.PeriodicMethod;
import io.gradwatch.importance.Task;
import io.gradwatch.importance.WorkerSettings;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.layout.ModelLocation;
import io.gradwatch.sample.Field;
import io.gradwatch.window.LabelSource;
import io.gradwatch.window.WindowSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** Every setting: read, and with a mistake in it answered with its place and what was expected. */
class EveryKeyTest {
  static final String EVERY_KEY =
      """
      roles: importance
      topic-prefix: gw.
      application-prefix: gw-
      instance-id: node-1
      partitions: 6
      replication-factor: 2
      state-dir: /data
      model-folders: [models]
      listen: "[::1]:8080"
      device: cuda:1
      threads: 4
      duty-cycle: 20%
      catch-up-duty-cycle: 0.5
      memory-floor: 1GiB
      device-timeout: 2m
      max-pending: 12
      store-memory: 128MiB
      series-limit: 20
      warnings: 2 per 12h
      kafka:
        bootstrap.servers: kafka-1:9092,kafka-2:9092
        security.protocol: SASL_SSL
        sasl.jaas.config: ${file:/secrets/kafka:jaas}
        ssl.enabled.protocols: [TLSv1.3, TLSv1.2]
      http:
        tls-keystore: /secrets/http.p12
        tls-keystore-password: hunter2
        username: prometheus
        password: hunter3
      models:
        - name: 1.10
          path: models/a.pt
          output: scores
          event-time-header: event-time
          version: 3
          sha256: AB00000000000000000000000000000000000000000000000000000000000000
          topics: a, b
          start-from: 6h
          task: regression
          window: 10m
          samples: 256
          grace: 30s
          max-future-skew: 5s
          idle-timeout: 1m
          max-window: 2h
          payload-max-bytes: 64KiB
          sample-bytes: 16MiB
          methods: [fisher, gradient]
          alarm-on: fisher
          groups: module
          micro-batch: 8
          labelled: true
          label-samples: 64
          labels-topic: answers
          label-id: header request-id
          label-wait: 2h
          label-bytes: 32MiB
          false-alarms: 10% in 200 windows
          cycle: 7d
          baseline-windows: 200
          min-effect: 0.05
          seasonality: hour-of-week
          time-zone: Europe/Berlin
          baseline: /baselines/a.json
          reference: /baselines/training.json
          show-samples: true
          image: [3, 16, 20]
          device: cpu
          format: avro
          avro-schema: schemas
          inputs:
            - name: features
              from: [age, amount]
              select: [1, 0]
              datatype: FP64
              shape: [-1, 2]
              mean: [0.5, 0.5]
              scale: 2
            - {name: bias, value: -1e-1}
          periodic:
            - {method: mas, every: 6, budget: 10s}
            - method: shapley
        - name: b
          path: b.pt
          topics: [c]
          topics-regex: "c[.].*"
          outputs: log-probabilities
          served-outputs: probabilities
          match:
            - {header: service, values: [b]}
            - {parameter: tenant, values: x}
            - {key: k}
            - {predicted-class: [1, 2]}
          segments: {key: [k]}
        - name: joined
          path: c.pt
          topics: [d]
          topics-regex: "d[.].*"
          join: {id: header ce_id, response-topics: [d.out], response-wait: 45s}
        - name: only-labels
          path: d.pt
          topics: [e]
          join:
            id: body
            responses: false
      """;

  @Test
  void readsEveryKey() {
    GradwatchConfig config = parse(EVERY_KEY);

    assertThat(config.roles()).containsExactly(Role.IMPORTANCE);
    assertThat(config.topicPrefix()).isEqualTo("gw.");
    assertThat(config.applicationPrefix()).isEqualTo("gw-");
    assertThat(config.instanceId()).isEqualTo("node-1");
    assertThat(config.http())
        .isEqualTo(
            new HttpSettings(
                Path.of("/secrets/http.p12"),
                new Secret("hunter2"),
                "prometheus",
                new Secret("hunter3")));
    assertThat(config.partitions()).isEqualTo(6);
    assertThat(config.replicationFactor()).isEqualTo(2);
    assertThat(config.stateDir()).isEqualTo(Path.of("/data"));
    assertThat(config.listen().getHostString()).isEqualTo("::1");
    assertThat(config.listen().getPort()).isEqualTo(8080);
    assertThat(config.models())
        .extracting(ModelSettings::device)
        .containsExactly("cpu", "cuda:1", "cuda:1", "cuda:1");
    assertThat(config.worker())
        .isEqualTo(new WorkerSettings(0.2, 0.5, 4, 1L << 30, Duration.ofMinutes(2)));
    assertThat(config.maxPending()).isEqualTo(12);
    assertThat(config.storeMemory()).isEqualTo(128L << 20);
    assertThat(config.seriesLimit()).isEqualTo(20);
  }

  @Test
  void readsEveryKeyOfAModel() {
    ModelSettings model = parse(EVERY_KEY).models().get(0);

    assertThat(model.name()).isEqualTo("1.10");
    assertThat(model.location())
        .isEqualTo(
            new ModelLocation(
                Path.of("models/a.pt"), "3", "ab" + "0".repeat(62), List.of(Path.of("models"))));
    assertThat(model.eventTimeHeader()).isEqualTo("event-time");
    assertThat(model.output()).isEqualTo(new OutputPick("scores"));
    assertThat(model.topics().names()).containsExactly("a", "b");
    assertThat(model.startFrom()).isEqualTo(new StartFrom.Ago(Duration.ofHours(6)));
    assertThat(model.baseline()).isEqualTo(Path.of("/baselines/a.json"));
    assertThat(model.window())
        .isEqualTo(
            new WindowSettings(
                Duration.ofMinutes(10),
                256,
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                Duration.ofHours(2),
                64 << 10,
                16L << 20));
    assertThat(model.importance().task()).isEqualTo(Task.REGRESSION);
    assertThat(model.importance().methods())
        .containsExactlyInAnyOrder(ImportanceMethod.FISHER, ImportanceMethod.GRADIENT);
    assertThat(model.importance().microBatch()).isEqualTo(8);
    assertThat(model.importance().grouping()).isEqualTo(Grouping.MODULE);
    assertThat(model.importance().labelled()).isTrue();
    assertThat(model.importance().labelSamples()).isEqualTo(64);
    assertThat(model.labels())
        .isEqualTo(
            new LabelSource(
                "answers", new Field.Header("request-id"), Duration.ofHours(2), 32L << 20));
    assertThat(model.importance().periodic())
        .containsExactly(
            new PeriodicMethod(ImportanceMethod.MAS, 6, Duration.ofSeconds(10)),
            new PeriodicMethod(ImportanceMethod.SHAPLEY, 12, Duration.ofSeconds(30)));
    assertThat(model.showSamples()).isTrue();
    assertThat(model.image()).isEqualTo(new ImageShape(3, 16, 20));
    assertThat(model.drift().method()).isEqualTo(ImportanceMethod.FISHER);
    assertThat(model.drift().falseAlarms()).isEqualTo(new FalseAlarmBudget.Chance(0.1, 200));
    assertThat(model.drift().warnings())
        .isEqualTo(new FalseAlarmBudget.Rate(2, Duration.ofHours(12)));
    assertThat(model.drift().cycle()).isEqualTo(Duration.ofDays(7));
    assertThat(model.drift().baselineWindows()).isEqualTo(200);
    assertThat(model.drift().minEffect()).isEqualTo(0.05);
    assertThat(model.drift().seasonality())
        .isEqualTo(new Seasonality(Seasonality.Repeat.HOUR_OF_WEEK, "Europe/Berlin"));
    assertThat(model.drift().inputs())
        .isEqualTo(
            "features from [age, amount] select [1, 0] datatype [FP64] shape [-1, 2]"
                + " mean [0.5, 0.5] scale [2.0]; bias value [-0.1]");
    assertThat(parse(EVERY_KEY).models().get(1).importance().outputs())
        .isEqualTo(OutputKind.LOG_PROBABILITIES);
    assertThat(parse(EVERY_KEY).models().get(1).importance().served())
        .isEqualTo(OutputKind.PROBABILITIES);
  }

  @Test
  void namesEveryKeyInTheTestAboveWithAnotherValueThanItsDefault() {
    for (Table table : Keys.tables()) {
      for (Key<?> key : table.keys()) {
        assertThat(EVERY_KEY).contains(key.name() + ": ");
        if (key.fallback() != null) {
          assertThat(EVERY_KEY).doesNotContain(" " + key.name() + ": " + key.fallback() + "\n");
        }
      }
    }
  }

  static Stream<Arguments> settings() {
    return Keys.tables().stream()
        // Its fields are those of match.
        .filter(table -> !table.equals(Keys.SEGMENTS))
        .flatMap(table -> table.keys().stream().map(key -> Arguments.of(table, key.name())));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("settings")
  void isAnsweredWithItsPlaceAndWhatWasExpected(Table table, String key) {
    for (Object wrong : List.of(Map.of("a", 1), List.of(List.of(1)), "")) {
      Map<String, Object> file = new Yaml().load(EVERY_KEY);
      sections(file, "", table)
          .filter(section -> section.containsKey(key))
          .findFirst()
          .orElseThrow()
          .put(key, wrong);

      ConfigException thrown =
          catchThrowableOfType(
              ConfigException.class,
              () -> GradwatchConfig.parse(new Yaml().dump(file), "c.yaml", Map.of()));

      assertThat(thrown).as("%s: %s", key, wrong).isNotNull();
      assertThat(thrown.problems())
          .first()
          .asString()
          .matches("c\\.yaml:[0-9]+: (.*[.])?%s: .+; expected .+".formatted(key));
    }
  }

  @SuppressWarnings("unchecked") // what YAML calls a mapping has texts for keys here
  private static Stream<Map<String, Object>> sections(Object node, String name, Table table) {
    if (node instanceof Map<?, ?> map) {
      Stream<Map<String, Object>> below =
          map.entrySet().stream()
              .flatMap(entry -> sections(entry.getValue(), (String) entry.getKey(), table));
      return name.equals(table.name())
          ? Stream.concat(Stream.of((Map<String, Object>) map), below)
          : below;
    }
    return node instanceof List<?> list
        ? list.stream().flatMap(element -> sections(element, name, table))
        : Stream.empty();
  }

  private static GradwatchConfig parse(String yaml) {
    return GradwatchConfig.parse(yaml, "c.yaml", Map.of());
  }
}
