package io.gradwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradwatch.demo.Digit;
import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.Shift;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the commands as a shell would, on the demonstration's digits. */
class MainTest {
  private static final String MODEL = "src/main/dist/demo/digits.pt";
  private static final Path MODELS = Path.of("src/test/resources/io/gradwatch/importance/models");
  private static final int WINDOW = 32;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;
  private static List<Digit> digits;

  /** What a shell would see. */
  @BeforeAll
  static void record() throws IOException {
    digits = DigitFile.heldOut(Path.of("src/main/dist/demo/digits.csv.gz"));
    write("reference.jsonl", 110 * WINDOW, 1, Shift.NONE);
    write("same.jsonl", 12 * WINDOW, 2, Shift.NONE);
    write("rotated.jsonl", 30 * WINDOW, 3, Shift.ROTATED);
    write("short.jsonl", 2 * WINDOW, 4, Shift.NONE);
    write("single.jsonl", WINDOW, 4, Shift.NONE);
    create("reference.jsonl", "baseline.json");
  }

  @Test
  void importanceEqualsTheOracle() throws IOException {
    // The oracle's numbers are of the first 64 held-out digits, in the file's order.
    List<String> bodies = new ArrayList<>();
    for (Digit digit : digits.subList(0, 64)) {
      bodies.add(body(new DigitRequests(List.of(digit), 0), 0, Shift.NONE));
    }
    Files.write(folder.resolve("oracle.jsonl"), bodies);
    Ended ended =
        Ended.of(
            "importance",
            "--model",
            MODEL,
            "--samples",
            file("oracle.jsonl"),
            "--micro-batch",
            "1",
            "--methods",
            "fisher,taylor",
            "--labelled",
            "--format",
            "json");

    assertThat(ended.code()).isZero();
    JsonNode golden;
    try (InputStream in = getClass().getResourceAsStream("/io/gradwatch/importance/oracle.json")) {
      golden = JSON.readTree(in).at("/upright/labelled");
    }
    JsonNode groups = ended.lines().get(0).get("groups");
    assertThat(groups).hasSize(8);
    for (JsonNode group : groups) {
      for (String method : List.of("fisher", "taylor")) {
        JsonNode number = group.get("methods").get(method);
        double expected = golden.get(method).get(group.get("name").asText()).asDouble();
        assertThat(number.get("mean").asDouble()).isCloseTo(expected, within(1e-4 * expected));
        assertThat(number.has("share") && number.has("stderr")).isTrue();
      }
    }
  }

  @Test
  void importanceTableFitsAScreen() {
    Ended ended = Ended.of("importance", "--model", MODEL, "--samples", file("short.jsonl"));

    assertThat(ended.out().lines()).hasSize(12).allMatch(line -> line.length() <= 100);
  }

  @Test
  void importanceByEveryMethodFitsAScreenInBlocks() {
    Ended ended =
        Ended.of(
            "importance",
            "--model",
            MODEL,
            "--samples",
            file("single.jsonl"),
            "--methods",
            "all",
            "--budget",
            "5");

    assertThat(ended.err()).isEmpty();
    assertThat(ended.out().lines()).allMatch(line -> line.length() <= 100);
    assertThat(ended.out().lines().filter(line -> line.startsWith("group "))).hasSize(4);
    for (String method :
        List.of("fisher", "mas-rms", "weight-magnitude", "activation", "shapley")) {
      assertThat(ended.out()).contains(" " + method);
    }
    assertThat(ended.out()).contains("conv1.weight", "+-", "Top features:", "image[");
  }

  @Test
  void importanceOfModulesAndInputsAsJson() throws IOException {
    Ended ended =
        Ended.of(
            "importance",
            "--model",
            MODEL,
            "--samples",
            file("short.jsonl"),
            "--methods",
            "attribution,activation,taylor",
            "--groups",
            "module",
            "--labelled",
            "--format",
            "json");

    JsonNode view = ended.lines().get(0);
    assertThat(ended.code()).isZero();
    assertThat(view.get("groups")).hasSize(4);
    for (JsonNode group : view.get("groups")) {
      for (String method : List.of("taylor", "activation")) {
        JsonNode number = group.get("methods").get(method);
        assertThat(number.get("mean").isNumber() && number.get("stderr").isNumber()).isTrue();
        assertThat(number.get("share").asDouble()).isBetween(0.0, 1.0);
      }
      assertThat(group.get("methods").has("attribution")).isFalse();
    }
    assertThat(view.get("inputs")).hasSize(1);
    assertThat(view.at("/inputs/0/name").asText()).isEqualTo("image");
    assertThat(view.at("/inputs/0/features").asInt()).isEqualTo(64);
    assertThat(view.at("/inputs/0/methods/attribution/features")).hasSize(64);
    assertThat(view.at("/inputs/0/methods/attribution/mean").asDouble()).isPositive();
    assertThat(view.get("runs")).hasSize(3);
    assertThat(view.at("/runs/2/samples").asInt()).isEqualTo(2 * WINDOW);
  }

  @Test
  void oneMethodThatFailsLeavesTheOthers() {
    Ended ended =
        Ended.of(
            "importance",
            "--model",
            MODEL,
            "--samples",
            file("short.jsonl"),
            "--methods",
            "taylor,dropout",
            "--budget",
            "1e-9");

    assertThat(failed(ended)).startsWith("gradwatch: dropout: the budget of");
    assertThat(ended.out()).contains("taylor", "conv1.weight");
  }

  @Test
  void anOutputThatIsNotThereIsNamed() {
    assertThat(
            failed(
                Ended.of(
                    "importance",
                    "--model",
                    MODEL,
                    "--samples",
                    file("short.jsonl"),
                    "--output",
                    "logits")))
        .contains("output logits is asked for");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--windows=3", "--exit-on-drift", "--port=0"})
  void trafficAloneTakesNoOptionsOfTheWholeDemonstration(String option) {
    Ended ended = Ended.of("demo", "--bootstrap-servers", "127.0.0.1:1", option);

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err())
        .contains(option.replaceFirst("=.*", ""), "leave it out with --bootstrap-servers");
  }

  @Test
  void trafficGoesOnlyToWhatCanBeABroker() {
    Ended ended = Ended.of("demo", "--bootstrap-servers", "kafka");

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("--bootstrap-servers is 'kafka', expected HOST:PORT,...");
  }

  @ParameterizedTest
  @CsvSource({
    "--window-minutes, 0, '--window-minutes is 0, must be 1 to 1440'",
    "--window-minutes, 1441, '--window-minutes is 1441, must be 1 to 1440'",
    "--window-samples, 1, 'samples is 1, must be 8 to 65536'",
    "--baseline-windows, 3, 'baseline-windows is 3, must be 20 to 10000'",
  })
  void refusesWindowsThatAreNone(String option, String value, String message) {
    String samples = file("short.jsonl");
    Ended ended = Ended.of("backtest", "--model", MODEL, "--samples", samples, option, value);

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains(message);
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void sameTrafficStaysStable() throws IOException {
    List<JsonNode> readings = backtest("baseline.json", "same.jsonl").lines();

    assertThat(readings).hasSize(12);
    assertThat(readings).allMatch(reading -> reading.get("status").asText().equals("STABLE"));
    JsonNode reading = readings.get(11);
    assertThat(reading.get("window").asInt()).isEqualTo(11);
    assertThat(reading.get("samples").asInt()).isEqualTo(WINDOW);
    assertThat(reading.get("evidence").asDouble()).isBetween(0.0, 1.0);
    for (JsonNode group : reading.get("groups")) {
      assertThat(group.hasNonNull("scaleEffect") && group.hasNonNull("evidence")).isTrue();
      assertThat(group.hasNonNull("shape")).as(group.get("name").asText()).isTrue();
    }
  }

  @Test
  void rotatedTrafficDrifts() throws IOException {
    List<JsonNode> readings = backtest("baseline.json", "rotated.jsonl").lines();

    assertThat(readings).anyMatch(reading -> reading.get("status").asText().equals("DRIFT"));
  }

  @Test
  void readingsSayWhatOtherMonitorsWouldBesideTheAlarm() throws IOException {
    JsonNode same = backtest("baseline.json", "same.jsonl").lines().get(11).get("comparison");
    JsonNode rotated = backtest("baseline.json", "rotated.jsonl").lines().get(0).get("comparison");

    assertThat(same.at("/inputs/features").asInt()).isEqualTo(64);
    assertThat(same.at("/inputs/distance").asDouble()).isBetween(0.0, 0.3);
    assertThat(same.at("/importance/cosine").asDouble()).isGreaterThan(0.95);
    assertThat(rotated.at("/inputs/moved").asInt()).isGreaterThan(10);
    assertThat(rotated.at("/outputs/moved").asInt()).isGreaterThan(5);
    assertThat(rotated.at("/importance/psi").asDouble())
        .isGreaterThan(same.at("/importance/psi").asDouble());
  }

  @Test
  void baselineOfTwoWindowsIsMadeButPromisesNothing() throws IOException {
    Ended created = create("short.jsonl", "short.json");
    JsonNode reading = backtest("short.json", "same.jsonl").lines().get(0);

    assertThat(created.code()).isZero();
    assertThat(created.err()).contains("the baseline has 2 windows, needs 100");
    assertThat(reading.get("status").asText()).isEqualTo("UNCALIBRATED");
    assertThat(reading.get("reason").asText()).isEqualTo("the baseline has 2 windows, needs 100");
    assertThat(reading.get("evidence").asDouble()).isZero();
    assertThat(reading.at("/groups/0/shape").isNumber()).isTrue();
  }

  @Test
  void baselineOfOneWindowIsRefused() {
    Ended ended = create("single.jsonl", "single.json");

    assertThat(ended.code()).isOne();
    assertThat(ended.err())
        .isEqualToIgnoringNewLines("gradwatch: a baseline needs at least 2 windows, there are 1");
  }

  @Test
  void baselineOfAnotherModelIsUncalibrated() throws IOException {
    Path baseline = folder.resolve("baseline.json");
    String digest = JSON.readTree(baseline.toFile()).findValue("sha256").asText();
    String other = Files.readString(baseline).replace(digest, "0".repeat(64));
    Files.writeString(folder.resolve("other.json"), other);

    JsonNode reading = backtest("other.json", "short.jsonl").lines().get(0);

    assertThat(reading.get("status").asText()).isEqualTo("UNCALIBRATED");
    assertThat(reading.get("reason").asText()).contains("model");
  }

  @Test
  void saysInOneLineWhatIsWrongWithAModel() {
    assertThat(failed(importance(folder + "/none.pt"))).contains("none.pt is missing");
    assertThat(failed(importance(MODELS + "/frozen.pt"))).contains("save the scripted model");
    assertThat(failed(importance(MODELS + "/pickle.pt"))).contains("torch.jit.script(model).save");
  }

  @Test
  void saysInOneLineWhatIsWrongWithAFile() throws IOException {
    Files.writeString(folder.resolve("bad.jsonl"), body(requests(1), 0, Shift.NONE) + "\n{\"in\n");

    assertThat(failed(Ended.of("importance", "--model", MODEL, "--samples", file("bad.jsonl"))))
        .contains("bad.jsonl: line 2: ");
    assertThat(failed(Ended.of("importance", "--model", MODEL, "--samples", file("no.jsonl"))))
        .endsWith("no.jsonl: no such file or folder");
    assertThat(failed(backtest("no.json", "short.jsonl"))).contains("no.json does not exist");
    assertThat(failed(create("short.jsonl", "no/such.json"))).contains("no such file or folder");
  }

  @Test
  void wrongUsageEndsWithTwoAndNamesTheHelp() {
    Ended ended = Ended.of("importance", "--nope");

    assertThat(ended.code()).isEqualTo(Main.USAGE);
    assertThat(ended.err().lines()).hasSize(2);
    assertThat(ended.err()).contains("--nope", "Try 'gradwatch importance --help'.");
    assertThat(Ended.of("backtest", "--false-alarms", "sometimes").err())
        .contains("write '1 per 90d'")
        .doesNotContain("Exception");
  }

  @Test
  void optionOutOfRangeIsWrongUsage() {
    String samples = file("short.jsonl");
    Ended microBatch =
        Ended.of("importance", "--model", MODEL, "--samples", samples, "--micro-batch", "0");
    Ended effect =
        Ended.of("backtest", "--model", MODEL, "--samples", samples, "--min-effect", "2");

    assertThat(microBatch.code()).isEqualTo(Main.USAGE);
    assertThat(microBatch.err()).contains("micro-batch is 0, must be auto or 1 to 4096");
    assertThat(effect.code()).isEqualTo(Main.USAGE);
    assertThat(effect.err()).contains("min-effect is 2.0");
  }

  @Test
  void allProblemsOfAConfigurationAreNamedAtOnce() throws IOException {
    Path config = folder.resolve("bad.yaml");
    Files.writeString(config, "modelz: 3\nkafkas: 1\n");

    Ended ended = Ended.of("run", "-c", config.toString());

    assertThat(ended.code()).isEqualTo(Main.USAGE);
    assertThat(ended.err()).contains("modelz", "kafkas");
    assertThat(Ended.of("run", "-c", folder + "/none.yaml").code()).isEqualTo(Main.USAGE);
  }

  private static Ended importance(String model) {
    return Ended.of("importance", "--model", model, "--samples", file("short.jsonl"));
  }

  @Test
  void aDryRunComputesTheBaselineAndWritesNoFile() {
    Ended ended =
        Ended.of(
            "baseline",
            "create",
            "--model",
            MODEL,
            "--samples",
            file("short.jsonl"),
            "--window-samples",
            Integer.toString(WINDOW),
            "--dry-run",
            "-o",
            file("dry.json"));

    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.err())
        .contains("Nothing is written: this would be file '" + file("dry.json"), "2 windows");
    assertThat(folder.resolve("dry.json")).doesNotExist();
  }

  private static Ended create(String samples, String baseline) {
    return Ended.of(
        "baseline",
        "create",
        "--model",
        MODEL,
        "--samples",
        file(samples),
        "--window-samples",
        Integer.toString(WINDOW),
        "-o",
        file(baseline));
  }

  private static Ended backtest(String baseline, String samples) {
    return Ended.of(
        "backtest",
        "--model",
        MODEL,
        "--baseline",
        file(baseline),
        "--samples",
        file(samples),
        "--window-samples",
        Integer.toString(WINDOW),
        "--format",
        "json");
  }

  /** The message of a command that failed with 1. */
  private static String failed(Ended ended) {
    assertThat(ended.code()).isEqualTo(Main.FAILED);
    assertThat(ended.err().lines()).hasSize(1);
    return ended.err().strip();
  }

  @Test
  void doctorTrustsTheModelOfTheDemonstration() {
    Ended ended = Ended.of("doctor", "--model", MODEL, "--samples", file("single.jsonl"));

    assertThat(ended.code()).isZero();
    assertThat(ended.out().lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith("ok"))
        .anyMatch(line -> line.startsWith("ok      device: libtorch 2.7.1, "))
        .anyMatch(
            line ->
                line.endsWith(
                    "8 tensors, 8 trusted; batches of any size; passes repeat bit for bit"));
  }

  @Test
  void doctorFailsOnAWrongGradient() throws IOException {
    String row =
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,4],\"data\":[%d,2,-1,0.5]}]}";
    Path rows = folder.resolve("four.jsonl");
    Files.write(rows, List.of(row.formatted(1), row.formatted(2), row.formatted(-1)));
    String model = MODELS.resolve("detached.pt").toString();
    Ended ended = Ended.of("doctor", "--model", model, "--samples", rows.toString());

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out())
        .contains("WRONG   self-check of model detached.pt: 4 tensors, 2 trusted");
  }

  @Test
  void doctorTellsMachines() throws IOException {
    Path config = folder.resolve("wrong.yaml");
    Files.writeString(config, "models:\n  - name: a\n    pathh: b\n");
    Ended wrong = Ended.of("doctor", "--config", config.toString(), "--format", "json");
    Ended good =
        Ended.of("doctor", "--model", MODEL, "--samples", file("single.jsonl"), "--format", "json");

    assertThat(wrong.code()).isEqualTo(Main.USAGE);
    assertThat(wrong.lines())
        .allMatch(finding -> !finding.get("good").asBoolean())
        .anyMatch(finding -> finding.get("found").asText().contains("pathh"));
    assertThat(good.code()).isZero();
    assertThat(good.lines()).hasSize(3).allMatch(finding -> finding.get("good").asBoolean());
  }

  private static void write(String name, int count, long seed, Shift shift) throws IOException {
    DigitRequests requests = requests(seed);
    List<String> lines = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      lines.add(body(requests, number, shift));
    }
    Files.write(folder.resolve(name), lines);
  }

  private static DigitRequests requests(long seed) {
    return new DigitRequests(digits, seed);
  }

  private static String body(DigitRequests requests, long number, Shift shift) {
    return new String(requests.body(number, shift), StandardCharsets.UTF_8);
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }
}
