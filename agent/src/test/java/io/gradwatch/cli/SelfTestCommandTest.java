package io.gradwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradwatch.demo.Digit;
import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.Shift;
import java.io.IOException;
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

/** Runs {@code gradwatch selftest} as a shell would, on the demonstration's digits. */
class SelfTestCommandTest {
  private static final String MODEL = "src/main/dist/demo/digits.pt";
  private static final int WINDOW = 32;
  private static final int BASELINE = 30;
  private static final int RUN = 3 * BASELINE;

  @TempDir private static Path folder;
  private static List<Digit> digits;

  @BeforeAll
  static void record() throws IOException {
    digits = DigitFile.heldOut(Path.of("src/main/dist/demo/digits.csv.gz"));
    write("quiet.jsonl", 2 * RUN, RUN);
    write("drifting.jsonl", 2 * RUN, BASELINE);
    write("short.jsonl", RUN - 1, RUN);
  }

  @Test
  void quietTrafficKeepsTheBudget() throws IOException {
    Ended ended = test("quiet.jsonl", "json");

    assertThat(ended.code()).as(ended.err()).isZero();
    JsonNode report = ended.json();
    assertThat(report.get("budget").asDouble()).isEqualTo(0.1);
    assertThat(report.get("windows").asInt()).isEqualTo(2 * BASELINE);
    assertThat(report.get("runs").asInt()).isEqualTo(2);
    assertThat(report.get("calibratedRuns").asInt()).isEqualTo(2);
    assertThat(report.get("falseAlarmRate").asDouble()).isZero();
    assertThat(report.get("interval")).hasSize(2);
    assertThat(report.at("/interval/1").asDouble()).isBetween(0.84, 0.85);
    assertThat(report.get("intervalType").asText()).isEqualTo("two-sided 95 % Clopper-Pearson");
    assertThat(report.get("contradictedFrom").asInt()).isEqualTo(2);
    assertThat(report.get("contradicted").asBoolean()).isFalse();
    assertThat(report.get("detectionRate").asDouble()).isBetween(0.1, 1.0);
    assertThat(report.get("medianDelayWindows").asDouble()).isBetween(1.0, 20.0);
    assertThat(report.get("shifts"))
        .extracting(shift -> shift.get("shift").asText())
        .containsExactly("shifted", "scaled", "noised", "permuted", "class-prior");
    assertThat(report.get("shifts"))
        .allSatisfy(
            shift -> {
              assertThat(shift.get("runs").asInt()).isEqualTo(2);
              assertThat(shift.at("/effect/group").asText()).isNotEmpty();
              assertThat(shift.has("medianDelayWindows")).isTrue();
            });
  }

  @Test
  void moreAlarmsThanTheBudgetExplainsEndWithOne() {
    Ended ended = test("drifting.jsonl", "table");

    assertThat(ended.code()).isEqualTo(Main.FAILED);
    assertThat(ended.out())
        .contains("observed      2 of 2 runs, 100 %")
        .contains("TOO MANY: within the budget so many have a chance of 0.010.")
        .containsPattern("alarm +run 2, window \\d+ after the baseline, window 1[2-8]\\d of all");
  }

  @Test
  void tooShortAHistoryIsRefused() {
    Ended ended = test("short.jsonl", "json");

    assertThat(ended.code()).isEqualTo(Main.USAGE);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .contains(
            "the history has 89 windows, a self-test needs at least 90, three times the"
                + " baseline's length of 30");
  }

  @Test
  void whatCannotBeCalibratedIsNotTested() throws IOException {
    Ended ended = test("quiet.jsonl", "json", "--false-alarms", "1 per 900d");

    assertThat(ended.code()).isEqualTo(Main.USAGE);
    assertThat(ended.err()).contains("no run could be calibrated, so nothing was tested");
    JsonNode report = ended.json();
    assertThat(report.get("uncalibratedRuns").asInt()).isEqualTo(2);
    assertThat(report.get("falseAlarmRate").isNull()).isTrue();
    assertThat(report.get("detectionRate").isNull()).isTrue();
    assertThat(report.get("medianDelayWindows").isNull()).isTrue();
    assertThat(report.at("/uncalibrated/0/reason").asText())
        .startsWith("the baseline has 30 windows, needs ");
  }

  @Test
  void theDemonstrationNeedsNoFiles() {
    System.setProperty("gradwatch.home", "src/main/dist");
    Ended ended;
    try {
      ended =
          Ended.of(
              "selftest",
              "--demo",
              "--runs",
              "1",
              "--window-samples",
              "32",
              "--micro-batch",
              "16",
              "--baseline-windows",
              "30",
              "--false-alarms",
              "10% in 60 windows",
              "--patience",
              "25");
    } finally {
      System.clearProperty("gradwatch.home");
    }

    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out())
        .contains("1 independent run, each a baseline of 30 windows and 60 windows after it")
        .contains("0 of 1 run, 0 % (0 to 98 %, two-sided 95 % Clopper-Pearson)")
        .contains("so few runs could not speak against it")
        .containsPattern("rotated +1/1 +100 %");
    assertThat(ended.out().lines().dropWhile(line -> !line.startsWith("digits@")))
        .hasSizeGreaterThan(20)
        .allMatch(line -> line.length() <= 80);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "selftest | Say what to test: --model and --samples, or --config and MODEL, or --demo",
        "selftest digits | MODEL needs --config, which it is a model of",
        "selftest --demo --samples x | --samples: the demonstration says it, leave it out beside --demo",
        "selftest --model x --samples x --last 3 | --last: it goes with --config, leave it out",
        "selftest -c x digits --task binary | --task: the configuration says it, leave it out beside --config",
        "selftest --demo --strength 0 | --strength is 0.0, must be above 0 to 100.0",
        "selftest --demo --runs 0 | runs is 0, must be at least 1",
      })
  void wrongUsageIsNamed(String line, String message) {
    Ended ended = Ended.of(line.split(" "));

    assertThat(ended.code()).isEqualTo(Main.USAGE);
    assertThat(ended.err()).contains("gradwatch: " + message);
  }

  private static Ended test(String samples, String format, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "selftest",
                "--model",
                MODEL,
                "--samples",
                folder.resolve(samples).toString(),
                "--window-samples",
                Integer.toString(WINDOW),
                "--micro-batch",
                "16",
                "--baseline-windows",
                Integer.toString(BASELINE),
                "--patience",
                "20",
                "--format",
                format));
    if (more.length == 0) {
      arguments.addAll(List.of("--false-alarms", "10% in 60 windows"));
    }
    arguments.addAll(List.of(more));
    return Ended.of(arguments.toArray(String[]::new));
  }

  /** Windows of digits, in each run inverted from one window on. */
  private static void write(String name, int windows, int invertedFrom) throws IOException {
    DigitRequests requests = new DigitRequests(digits, 11);
    List<String> lines = new ArrayList<>();
    for (int number = 0; number < windows * WINDOW; number++) {
      Shift shift = number / WINDOW % RUN >= invertedFrom ? Shift.INVERTED : Shift.NONE;
      lines.add(new String(requests.body(number, shift), StandardCharsets.UTF_8));
    }
    Files.write(folder.resolve(name), lines);
  }
}
