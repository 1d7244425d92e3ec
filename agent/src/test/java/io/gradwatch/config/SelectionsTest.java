package io.gradwatch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gradwatch.sample.Field;
import io.gradwatch.sample.Match;
import io.gradwatch.sample.Selection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionsTest {
  private static final String KAFKA = "kafka: {bootstrap.servers: 'kafka:9092'}\nmodels:\n";

  private static String model(String name, String entries) {
    return "  - {name: %s, path: %s.pt, topics: [t], %s}\n".formatted(name, name, entries);
  }

  private static List<ModelSettings> models(String... models) {
    return GradwatchConfig.parse(KAFKA + String.join("", models), "c.yaml", Map.of()).models();
  }

  private static List<String> problems(String entries) {
    String yaml = KAFKA + model("fraud", entries);
    ConfigException thrown =
        catchThrowableOfType(
            ConfigException.class, () -> GradwatchConfig.parse(yaml, "c.yaml", Map.of()));
    assertThat(thrown).as("a refusal of %s", yaml).isNotNull();
    return thrown.problems();
  }

  private static Selection.Segment segment(ModelSettings model) {
    return Objects.requireNonNull(model.selection().segment());
  }

  @Test
  void takesEveryRecordUnlessToldOtherwise() {
    assertThat(models(model("fraud", "window: 5m")))
        .singleElement()
        .extracting(ModelSettings::selection)
        .isEqualTo(Selection.ALL);
  }

  @Test
  void readsEachKindOfCondition() {
    String match =
        "match: [{header: service, values: [a, b]}, {key: k}, {parameter: tenant, values: 1.10},"
            + " {predicted-class: [1, 2]}]";
    assertThat(models(model("fraud", match)).get(0).selection())
        .isEqualTo(
            new Selection(
                List.of(
                    new Match(new Field.Header("service"), Set.of("a", "b")),
                    new Match(new Field.Key(), Set.of("k")),
                    new Match(new Field.Parameter("tenant"), Set.of("1.10")),
                    new Match(new Field.PredictedClass("0", null), Set.of("1", "2"))),
                null));
  }

  @Test
  void makesEachSegmentAModelOfItsOwnThatSharesTheSettings() {
    String entries =
        "samples: 64, match: {0}segments: {header: region, values: [eu, us]}"
            .replace("{0}", "[{key: k}], ");
    List<ModelSettings> segments = models(model("fraud", entries));

    assertThat(segments).extracting(ModelSettings::name).containsExactly("fraud@eu", "fraud@us");
    assertThat(segments).extracting(ModelSettings::configuredName).containsOnly("fraud");
    assertThat(segments).allMatch(segment -> segment.window().samples() == 64);
    assertThat(segments.get(0).importance()).isEqualTo(segments.get(1).importance());
    assertThat(segments)
        .extracting(segment -> segment.selection().matches())
        .containsOnly(List.of(new Match(new Field.Key(), Set.of("k"))));
    assertThat(segment(segments.get(1)))
        .isEqualTo(
            new Selection.Segment(
                "fraud", new Match(new Field.Header("region"), Set.of("us")), Set.of("eu", "us")));
  }

  @Test
  void sharesTheBudgetAmongModelsAndSegments() {
    String budget = "false-alarms: 10% in 200 windows";
    List<ModelSettings> all =
        models(
            model("fraud", budget + ", segments: {parameter: region, values: [eu, us, apac]}"),
            model("credit", budget));
    assertThat(all).hasSize(4);
    assertThat(all).extracting(model -> model.drift().pageLimit()).containsOnly(4 * 2_000.0);
    assertThat(all).extracting(model -> model.drift().streams()).containsOnly(4);
  }

  @ParameterizedTest
  @CsvSource({
    "task: classification, ",
    "task: binary, 0",
    "'task: binary, outputs: probabilities', 0.5",
    "'task: binary, served-outputs: probabilities', 0.5",
    "'task: binary, served-outputs: log-probabilities', -0.6931471805599453",
  })
  void cutsTheClassesOfABinaryModelAtEvenOdds(String entries, @Nullable Double threshold) {
    ModelSettings model =
        models(model("fraud", entries + ", output: scores, segments: {predicted-class: [1]}"))
            .get(0);
    assertThat(model.name()).isEqualTo("fraud@1");
    assertThat(segment(model).match().field())
        .isEqualTo(new Field.PredictedClass("scores", threshold));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          match: [{values: a}]                          | .match[0]: has 0 of header, key, parameter and predicted-class, must have exactly one of them
          match: [{key: a}, {header: h, key: a}]        | .match[1]: has 2 of header, key, parameter and predicted-class, must have exactly one of them
          match: [{header: h}]                          | .match[0]: has no values; expected those of the field, for instance values: [eu, us]
          match: [{key: a, values: b}]                  | .match[0]: has values, which belong to header or parameter; key and predicted-class list theirs themselves
          match: [{header: h, values: []}]              | .match[0].values: '[]' is empty; expected a list, each a value; for instance eu
          match: [{heder: h, key: a}]                   | .match[0].heder: is no key of match[]; did you mean header?
          match: {key: a}                               | .match: is not a list of at least one section; begin each with '- '
          `task: regression, match: [{predicted-class: 1}]` | .match[0]: has predicted-class, but task is regression; only classification and binary have one
          `task: binary, segments: {predicted-class: [1, 2]}` | .segments: has class 2; a binary model has 0 and 1
          segments: {predicted-class: yes}              | .segments.predicted-class: 'yes' (element 1) is not a whole number; expected a list, each between 0 and 99999
          segments: {header: region, values: [eu, eu]}  | .segments.values: '[eu, eu]' repeats itself; expected a list, each a value; for instance eu
          segments: {header: region, values: [EU West]} | .segments: 'EU West' cannot be part of a model's name; expected 1 to 64 characters of [A-Za-z0-9._-]
          segments: {header: region, values: [a/b]}     | .segments: 'a/b' cannot be part of a model's name; expected 1 to 64 characters of [A-Za-z0-9._-]
          segments: [{key: a}]                          | .segments: is not a section; expected keys and values, for instance header: ...
          `segments: {key: [a, b]}, baseline: b.json`   | .baseline: is one file, but each of the segments needs a baseline of its own; leave it out, and they make theirs of their first windows
          """)
  void saysWhatIsWrongAndWhere(String entries, String problem) {
    assertThat(problems(entries)).containsExactly("c.yaml:3: models[0]" + problem);
  }

  @Test
  void takesThirtyTwoSegmentsAndNoMore() {
    assertThat(models(model("fraud", segments(32)))).hasSize(32);
    assertThat(problems(segments(33)))
        .containsExactly(
            "c.yaml:3: models[0].segments: lists 33 values, must be 1 to 32: each is an alarm"
                + " stream with a sample, windows and a baseline of its own");
  }

  private static String segments(int count) {
    return IntStream.range(0, count)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", ", "segments: {key: [", "]}"));
  }

  @Test
  void letsNoConfiguredNameLookLikeASegment() {
    assertThat(models(model("fraud", "segments: {key: eu}"), model("fraud-eu", "window: 5m")))
        .extracting(ModelSettings::name)
        .doesNotHaveDuplicates();
    String yaml = KAFKA + model("fraud@eu", "window: 5m");
    assertThat(
            catchThrowableOfType(
                    ConfigException.class, () -> GradwatchConfig.parse(yaml, "c.yaml", Map.of()))
                .problems())
        .singleElement()
        .asString()
        .startsWith("c.yaml:3: models[0].name: 'fraud@eu' is not a model's name");
  }
}
