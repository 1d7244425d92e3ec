package io.gradwatch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gradwatch.importance.Grouping;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Task;
import io.gradwatch.importance.WorkerSettings;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.layout.ModelLocation;
import io.gradwatch.sample.Field;
import io.gradwatch.window.JoinSettings;
import io.gradwatch.window.WindowSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GradwatchConfigTest {
  private static final String SMALLEST =
      """
      kafka:
        bootstrap.servers: kafka:9092
      models:
        - name: fraud
          path: /models/fraud
          topics: [inference.fraud]
      """;

  @Test
  void fillsInTheDefaults() {
    GradwatchConfig config = parse(SMALLEST);

    assertThat(config.kafka().values()).isEqualTo(Map.of("bootstrap.servers", "kafka:9092"));
    assertThat(config.topicPrefix()).isEqualTo("gradwatch.");
    assertThat(config.applicationPrefix()).isEqualTo("gradwatch-");
    assertThat(config.stateDir()).isEqualTo(Path.of("/var/lib/gradwatch"));
    assertThat(config.listen().getHostString()).isEqualTo("0.0.0.0");
    assertThat(config.listen().getPort()).isEqualTo(9464);
    assertThat(config.roles()).containsExactlyInAnyOrder(Role.values());
    int cores = Math.min(64, Runtime.getRuntime().availableProcessors());
    assertThat(config.worker())
        .isEqualTo(new WorkerSettings(0.1, 1, cores, 256L << 20, Duration.ofMinutes(10)));
    assertThat(config.maxPending()).isEqualTo(24);
    assertThat(config.storeMemory()).isEqualTo(64L << 20);
    assertThat(config.seriesLimit()).isEqualTo(50);
    assertThat(config.partitions()).isEqualTo(12);
    assertThat(config.replicationFactor()).isEqualTo(3);
    assertThat(config.instanceId()).isNull();
    assertThat(config.http()).isEqualTo(HttpSettings.OPEN);
  }

  @Test
  void fillsInTheDefaultsOfAModel() {
    ModelSettings model = parse(SMALLEST).models().get(0);

    assertThat(model.window())
        .isEqualTo(
            new WindowSettings(
                Duration.ofMinutes(5),
                512,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofHours(6),
                1 << 20,
                64L << 20));
    assertThat(model.importance().task()).isEqualTo(Task.CLASSIFICATION);
    assertThat(model.importance().outputs()).isEqualTo(OutputKind.LOGITS);
    assertThat(model.output()).isEqualTo(OutputPick.FIRST);
    assertThat(model.importance().served()).isEqualTo(OutputKind.LOGITS);
    assertThat(model.importance().methods())
        .containsExactlyInAnyOrderElementsOf(ImportanceMethod.onePassMethods());
    assertThat(model.importance().periodic()).isEmpty();
    assertThat(model.device()).isEqualTo("auto");
    assertThat(model.importance().microBatch()).isEqualTo(ImportanceSettings.AUTO);
    assertThat(model.importance().grouping()).isEqualTo(Grouping.TENSOR);
    assertThat(model.importance().labelled()).isFalse();
    assertThat(model.drift().method()).isEqualTo(ImportanceMethod.TAYLOR);
    assertThat(model.drift().pageLimit()).isEqualTo(90 * 24 * 12);
    assertThat(model.drift().warningLimit()).isEqualTo(24 * 12);
    assertThat(model.drift().cycle()).isEqualTo(Duration.ofDays(1));
    assertThat(model.drift().baselineWindows()).isEqualTo(100);
    assertThat(model.drift().minEffect()).isEqualTo(0.1);
    assertThat(model.startFrom()).isEqualTo(new StartFrom.Latest());
    assertThat(model.location()).isEqualTo(ModelLocation.of(Path.of("/models/fraud")));
    assertThat(model.eventTimeHeader()).isNull();
    assertThat(model.baseline()).isNull();
    assertThat(model.showSamples()).isFalse();
    assertThat(model.image()).isNull();
  }

  @Test
  void sharesTheBudgetOfFalseAlarmsAmongModelsAndTheConceptOfThoseWithLabels() {
    assertThat(parse(EveryKeyTest.EVERY_KEY).models())
        .extracting(model -> model.drift().streams())
        .containsExactly(5, 5, 5, 5);
  }

  @Test
  void keepsTheSkewWithinTheGraceAndTheLongestWindowAboveTheWindow() {
    ModelSettings model = parse(SMALLEST + "    grace: 2s\n    window: 12h\n").models().get(0);

    assertThat(model.window().maxFutureSkew()).isEqualTo(Duration.ofSeconds(2));
    assertThat(model.window().maxWindow()).isEqualTo(Duration.ofHours(12));
  }

  @Test
  void readsByWhichIdRecordsAreJoined() {
    ModelSettings model = parse(EveryKeyTest.EVERY_KEY).models().get(2);

    assertThat(model.join())
        .isEqualTo(new JoinSettings(new Field.Header("ce_id"), true, List.of("d.out")));
    assertThat(model.window().grace()).isEqualTo(Duration.ofSeconds(45));
    assertThat(model.window().maxFutureSkew()).isEqualTo(Duration.ofSeconds(10));
    assertThat(model.isSource()).accepts("d", "d.out", "d.in").rejects("e");
    assertThat(model.topics().filter()).as("a response is no request").rejects("d.out");
    assertThat(parse(EveryKeyTest.EVERY_KEY).models().get(3).join())
        .isEqualTo(new JoinSettings(new Field.BodyId(), false, List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "id: ce_id|join.id: 'ce_id' is not a place of an id; expected header NAME, key or body",
        "id: key, response-topics: [inference.fraud]|response-topics has [inference.fraud] of topics",
        "id: key, responses: false, response-topics: [a]|response-topics is [a], but responses is false",
        "id: key, responses: false, response-wait: 1s|response-wait is there, but responses is false",
        "id: key, response-topics: [gradwatch.a]|'gradwatch.a' starts with topic-prefix",
        "response-wait: 1s|join.id: is missing",
      })
  void refusesJoinsThatContradictThemselves(String join, String problem) {
    assertThat(problems(SMALLEST + "    join: {%s}\n".formatted(join))).contains(problem);
  }

  @Test
  void refusesToSelectByAnswersThatComeLater() {
    String yaml = SMALLEST + "    join: {id: key}\n    segments: {predicted-class: [0, 1]}\n";

    assertThat(problems(yaml)).contains("segments has predicted-class");
  }

  private static String problems(String yaml) {
    return String.valueOf(
        catchThrowableOfType(ConfigException.class, () -> parse(yaml)).getMessage());
  }

  @Test
  void expectsServedOutputsToBeWhatTheModelGivesUnlessToldOtherwise() {
    ModelSettings model = parse(SMALLEST + "    outputs: probabilities\n").models().get(0);

    assertThat(model.importance().served()).isEqualTo(OutputKind.PROBABILITIES);
  }

  @Test
  void handsKafkasPropertiesOnUntouched() {
    assertThat(parse(EveryKeyTest.EVERY_KEY).kafka().values())
        .isEqualTo(
            Map.of(
                "bootstrap.servers", "kafka-1:9092,kafka-2:9092",
                "security.protocol", "SASL_SSL",
                "sasl.jaas.config", "${file:/secrets/kafka:jaas}",
                "ssl.enabled.protocols", List.of("TLSv1.3", "TLSv1.2")));
  }

  @Test
  void reportsAllProblemsAtOnceInTheOrderOfTheFile() {
    String yaml =
        """
        kafka:
          acks: 1
        modles: []
        threads: many
        models:
          - name: Fraud Model
            topics: []
            window: 5 minutes
            samples: 4
            grace: 1s
            max-future-skew: 2s
            methods: [taylor, taylr]
            windw: 5m
          - name: b
            path:
            path: b.pt
            topics: [gradwatch.samples]
            min-effect: 120%
            task: [binary]
            threads: 2
            false-alarms: never
            start-from: yesterday
            labelled: yes
            sample-bytes: 5MB
          - name: b
        """;

    assertThat(problems(yaml, Map.of()))
        .containsExactly(
            "c.yaml:2: kafka.bootstrap.servers: is missing; expected for instance"
                + " kafka-1:9092,kafka-2:9092",
            "c.yaml:3: modles: is no key of the top level; did you mean models?",
            "c.yaml:4: threads: 'many' is not a whole number; expected auto, or a whole number between 1 and 64",
            "c.yaml:6: models[0].name: 'Fraud Model' is not a model's name; expected for instance"
                + " fraud-v2, of [a-z0-9._-]",
            "c.yaml:6: models[0].path: is missing; expected a path",
            "c.yaml:7: models[0].topics: '[]' is empty; expected a list, each a topic; for instance"
                + " inference.fraud",
            "c.yaml:8: models[0].window: '5 minutes' is not a duration; expected for instance 30s,"
                + " 5m, 1h; between 1s and 1d",
            "c.yaml:9: models[0].samples: '4' is out of range; expected between 8 and 65536",
            "c.yaml:12: models[0].methods: '[taylor, taylr]' (element 2) is no choice; expected a"
                + " list, each one of fisher, taylor, unit-taylor, gradient",
            "c.yaml:13: models[0].windw: is no key of models[]; did you mean window?",
            "c.yaml:15: models[1].path: is empty; expected a path",
            "c.yaml:16: models[1].path: stands here for the second time; keep one of them",
            "c.yaml:17: models[1].topics: 'gradwatch.samples' starts with topic-prefix, gradwatch.,"
                + " which is for Gradwatch's own topics",
            "c.yaml:18: models[1].min-effect: '120%' is out of range; expected for instance 0.1 or"
                + " 10%; between 0 and 1",
            "c.yaml:19: models[1].task: is a list; expected one of classification, binary,"
                + " multilabel, regression",
            "c.yaml:20: models[1].threads: is no key of models[]; it belongs to the top level",
            "c.yaml:21: models[1].false-alarms: 'never' is not a budget of false alarms; expected"
                + " for instance 1 per 90d, or 10% in 200 windows",
            "c.yaml:22: models[1].start-from: 'yesterday' is not a duration; expected latest,"
                + " earliest or a duration, for instance 30s, 5m, 1h; between 1s and 365d",
            "c.yaml:23: models[1].labelled: 'yes' is not true or false; expected true or false",
            "c.yaml:24: models[1].sample-bytes: '5MB' is not a size; expected for instance 512KiB,"
                + " 1MiB; between 1KiB and 64GiB",
            "c.yaml:25: models[2].path: is missing; expected a path",
            "c.yaml:25: models[2].topics: is missing; expected a list, each a topic; for"
                + " instance inference.fraud, or topics-regex",
            "c.yaml:25: models[2].name: 'b' is the name of an earlier model; choose another");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          max-future-skew: 20s     | max-future-skew is PT20S, must be at most grace, PT10S
          max-window: 1m           | max-window is PT1M, must be at least window, PT5M
          payload-max-bytes: 64MiB, sample-bytes: 1MiB | sample-bytes is 1048576, must be at least
          alarm-on: gradient       | 'gradient' is shown and never scored
          methods: [fisher]        | alarm-on is taylor, must be one of methods
          micro-batch: 1024        | micro-batch is 1024, must be at most samples, 512
          label-samples: 1024      | label-samples is 1024, must be at most samples, 512
          labels-topic: answers    | labels-topic is answers, but label-samples is 0: say how many
          seasonality: hour-of-day, time-zone: Mars | time-zone is 'Mars', must be a name such as
          task: regression, outputs: probabilities | regression outputs are plain values
          outputs: probabilities, served-outputs: logits | served-outputs is logits, which cannot be
          `image: [28, 3]`         | image is [1, 28, 3], must be [height, width] or [channels, height, width]
          `image: [9]`             | image is [9], must be
          `periodic: [{method: mas}, {method: mas}]` | a periodic method is named twice
          """)
  void reportsWhatDoesNotGoTogetherInTheWordsOfTheSettings(String entries, String problem) {
    String yaml = SMALLEST + "  - {name: b, path: b.pt, topics: [c], %s}\n".formatted(entries);

    assertThat(problems(yaml, Map.of()))
        .singleElement()
        .asString()
        .startsWith("c.yaml:7: models[1]: " + problem);
  }

  @Test
  void reportsWhatIsWrongWithDevicesAndPeriodicMethods() {
    String yaml =
        "device: gpu\nmemory-floor: -1MiB\ndevice-timeout: 0s\n"
            + SMALLEST
            + "    periodic:\n      - method: taylor\n      - {method: mas, every: 0, budget: 1ms}\n"
            + "      - every: 3\n    device: cuda:a\n";

    assertThat(problems(yaml, Map.of()))
        .containsExactly(
            "c.yaml:1: device: 'gpu' is not a device; expected auto, cpu, cuda or for instance"
                + " cuda:1",
            "c.yaml:2: memory-floor: '-1MiB' is not a size; expected for instance 512KiB, 1MiB;"
                + " between 0B and 1024GiB",
            "c.yaml:3: device-timeout: '0s' is out of range; expected for instance 30s, 5m, 1h;"
                + " between 1s and 1d",
            "c.yaml:11: models[0].periodic[0].method: 'taylor' is no choice; expected one of"
                + " attribution, mas, mas-rms, weight-magnitude, sensitivity, permutation, dropout,"
                + " activation, shapley",
            "c.yaml:12: models[0].periodic[1].every: '0' is out of range; expected between 1 and"
                + " 10000",
            "c.yaml:12: models[0].periodic[1].budget: '1ms' is out of range; expected for instance"
                + " 30s, 5m, 1h; between 100ms and 1d",
            "c.yaml:13: models[0].periodic[2].method: is missing; expected one of attribution, mas,"
                + " mas-rms, weight-magnitude, sensitivity, permutation, dropout, activation,"
                + " shapley",
            "c.yaml:14: models[0].device: 'cuda:a' is not a device; expected auto, cpu, cuda or for"
                + " instance cuda:1");
  }

  @Test
  void refusesAListOfPeriodicMethodsThatIsNone() {
    assertThat(problems(SMALLEST + "    periodic: mas\n", Map.of()))
        .containsExactly(
            "c.yaml:7: models[0].periodic: is not a list of at least one section; begin each with"
                + " '- '");
  }

  @Test
  void reportsADutyCycleThatDoesNotGoTogether() {
    assertThat(problems("duty-cycle: 0.5\ncatch-up-duty-cycle: 0.2\n" + SMALLEST, Map.of()))
        .containsExactly("c.yaml:1: catch-up-duty-cycle is 0.2, must be duty-cycle to 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''          | c.yaml:1: is empty; expected at least the sections kafka and models
          'a: [b'     | c.yaml:1: is not YAML: expected ',' or ']', but got <stream end>
          'a: b: c'   | c.yaml:1: is not YAML: mapping values are not allowed here
          'text'      | c.yaml:1: is not a section; expected keys and values
          'models: 3' | c.yaml:1: models: is not a list of at least one section; begin each with '- '
          'models: []'| c.yaml:1: models: is not a list of at least one section; begin each with '- '
          'kafka: x'  | c.yaml:1: kafka: is not a section; expected keys and values
          """)
  void refusesWhatIsNoConfiguration(String yaml, String problem) {
    assertThat(problems(yaml, Map.of())).anySatisfy(line -> assertThat(line).startsWith(problem));
  }

  @Test
  void saysThatAFileCannotBeRead(@TempDir Path folder) {
    Path file = folder.resolve("none.yaml");

    ConfigException thrown =
        catchThrowableOfType(ConfigException.class, () -> GradwatchConfig.load(file, Map.of()));

    assertThat(thrown.problems()).singleElement().asString().contains(file + ": cannot be read");
  }

  @Test
  void readsAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.yaml"), SMALLEST);

    assertThat(GradwatchConfig.load(file, Map.of())).isEqualTo(parse(SMALLEST));
  }

  @Test
  void takesValuesFromTheEnvironment() {
    String yaml =
        SMALLEST.replace("kafka:9092", "${BROKERS}").replace("[inference.fraud]", "${TOPICS:a,b}")
            + "    window: ${WINDOW_MINUTES:5}m\n";

    GradwatchConfig config =
        GradwatchConfig.parse(yaml, "c.yaml", Map.of("BROKERS", "$1:9092", "WINDOW_MINUTES", "2"));

    assertThat(config.kafka().values()).containsEntry("bootstrap.servers", "$1:9092");
    assertThat(config.models().get(0).topics().names()).containsExactly("a", "b");
    assertThat(config.models().get(0).window().size()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void saysWhichVariableIsMissingOrMalformed() {
    String yaml = SMALLEST.replace("kafka:9092", "${BROKERS}").replace("/models", "${models}");

    assertThat(problems(yaml, Map.of()))
        .containsExactly(
            "c.yaml:2: kafka.bootstrap.servers: environment variable BROKERS is not set; set it, or"
                + " write ${BROKERS:default}",
            "c.yaml:5: models[0].path: has a malformed variable; expected ${NAME}"
                + " or ${NAME:default}, upper-case, or ${file:/path}");
  }

  @Test
  void answersDamagedFilesWithOneKindOfError() {
    SplittableRandom random = new SplittableRandom(42);
    String interesting = "{}[]-:?*&!|>'\"%@`#,$ \n\t\0aA0.<";
    int refused = 0;
    for (int i = 0; i < 3_000; i++) {
      StringBuilder yaml = new StringBuilder(i % 2 == 0 ? SMALLEST : EveryKeyTest.EVERY_KEY);
      for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
        int at = random.nextInt(yaml.length());
        yaml.setCharAt(at, interesting.charAt(random.nextInt(interesting.length())));
      }
      try {
        parse(yaml.toString());
      } catch (ConfigException e) {
        refused++;
        assertThat(e.problems()).isNotEmpty().allMatch(line -> line.startsWith("c.yaml:"));
      } catch (RuntimeException e) {
        throw new AssertionError("iteration " + i + ":\n" + yaml, e);
      }
    }

    assertThat(refused).isBetween(1_500, 2_999);
  }

  @Test
  void refusesSectionsThatContainThemselves() {
    assertThat(problems("kafka: &a\n  b: *a\nmodels: &m [*m]\n", Map.of()))
        .contains(
            "c.yaml:1: kafka.b: is a section; expected a value, with dots in its key",
            "c.yaml:3: models[0]: is not a section; expected keys and values, for instance"
                + " name: ...");
  }

  @Test
  void neverPrintsASecret() {
    String kafka =
        """
          sasl.jaas.config: hunter2
          ssl.keystore.password: hunter2
          ssl.keystore.key: hunter2
          sasl.oauthbearer.client.credentials.client.secret: hunter2
          basic.auth.user.info: hunter2
          client.rack: zone-a
        models:
        """;
    String yaml = SMALLEST.replace("models:\n", kafka);

    assertThat(parse(yaml).toString()).contains("zone-a").doesNotContain("hunter2");
    assertThat(problems(yaml + "    window: ${PASSWORD}\n", Map.of("PASSWORD", "hunter2")))
        .singleElement()
        .asString()
        .contains("'${PASSWORD}' is not a duration")
        .doesNotContain("hunter2");
    assertThat(problems(yaml.replace("hunter2", "'hunter2"), Map.of()).toString())
        .doesNotContain("hunter2");
  }

  @Test
  void neverPrintsASecretOfTheHttpServer() {
    String http = "http: {username: prometheus, %s: %s}\n";
    assertThat(parse(SMALLEST + http.formatted("password", "hunter2")).toString())
        .contains("prometheus")
        .doesNotContain("hunter2");
    for (String wrong : List.of("'hunter2${'", "[hunter2, 'x']", "'${HUNTER:hunter2} ${'")) {
      assertThat(problems(SMALLEST + http.formatted("password", wrong), Map.of()).toString())
          .contains("http.password: ")
          .doesNotContain("hunter2");
    }
    assertThat(problems(SMALLEST + http.formatted("tls-keystore-password", "hunter2"), Map.of()))
        .singleElement()
        .asString()
        .contains("tls-keystore-password is set, but tls-keystore is not")
        .doesNotContain("hunter2");
  }

  @Test
  void takesValuesFromFilesAndLeavesThoseOfKafkasProvidersToKafka(@TempDir Path folder)
      throws IOException {
    Path secret = Files.writeString(folder.resolve("password"), "$1 ${X}\n");
    String yaml =
        SMALLEST.replace(
                "models:\n",
                "  ssl.key.password: ${file:%s}\n  sasl.jaas.config: ${file:/k:v}\nmodels:\n"
                    .formatted(secret))
            + "http: {username: u, password: '${file:%s}'}\n".formatted(secret);

    GradwatchConfig config = parse(yaml);

    assertThat(config.kafka().values())
        .containsEntry("ssl.key.password", "$1 ${X}")
        .containsEntry("sasl.jaas.config", "${file:/k:v}");
    assertThat(config.http().password()).isEqualTo(new Secret("$1 ${X}"));
  }

  @Test
  void saysWhichFileCannotBeRead(@TempDir Path folder) {
    Path none = folder.resolve("none");
    assertThat(problems(SMALLEST.replace("/models", "${file:" + none + "}"), Map.of()))
        .containsExactly(
            "c.yaml:5: models[0].path: file %s cannot be read (NoSuchFileException); expected a text in UTF-8"
                .formatted(none));
  }

  @ParameterizedTest
  @CsvSource({
    "inference.a, true",
    "inference.a.b, true",
    "xinference.a, false",
    "inference.labels, false",
    "gradwatch.samples, false",
    "gradwatch-importance-pending-changelog, false",
    "__consumer_offsets, false",
  })
  void anExpressionStandsForTopicsButNeverForOwnOnes(String topic, boolean taken) {
    String regex = topic.startsWith("inference") || topic.startsWith("x") ? "inference[.].*" : ".*";
    String yaml =
        SMALLEST.replace("topics: [inference.fraud]", "topics-regex: " + regex)
            + "    labels-topic: inference.labels\n    label-samples: 64\n";

    assertThat(parse(yaml).models().get(0).topics().filter().test(topic)).isEqualTo(taken);
  }

  @Test
  void refusesWhatIsNoExpression() {
    assertThat(
            problems(SMALLEST.replace("topics: [inference.fraud]", "topics-regex: a("), Map.of()))
        .singleElement()
        .asString()
        .contains("models[0].topics-regex: 'a(' is no regular expression (Unclosed group)");
  }

  private static GradwatchConfig parse(String yaml) {
    return GradwatchConfig.parse(yaml, "c.yaml", Map.of());
  }

  private static List<String> problems(String yaml, Map<String, String> environment) {
    ConfigException thrown =
        catchThrowableOfType(
            ConfigException.class, () -> GradwatchConfig.parse(yaml, "c.yaml", environment));
    assertThat(thrown).as("a refusal of %s", yaml).isNotNull();
    return thrown.problems();
  }
}
