package io.gradwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.Shift;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.report.document.Observations;
import io.gradwatch.report.document.Seen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs {@code gradwatch report} as a shell would, on files. */
class ReportCommandTest {
  private static final Path DEMO = Path.of("src/main/dist/demo");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;

  @BeforeAll
  static void write() throws IOException {
    Observations drift =
        new Seen().inputsMoved(0).quiet(9).inputsMoved(46).withExamples().drift(6).observations();
    Files.write(folder.resolve("drift.jsonl"), lines(drift, false));
    Files.write(folder.resolve("backtest.jsonl"), lines(drift, true));
    Files.writeString(folder.resolve("empty.jsonl"), "\n");
    Files.writeString(folder.resolve("other.jsonl"), "{\"id\": 7, \"inputs\": []}\n");
    Files.writeString(folder.resolve("table.txt"), "14:51:24  digits  256  STABLE\n");
    Files.write(folder.resolve("binary.npz"), new byte[] {(byte) 0x93, 'N', (byte) 0xff, 0});
    Files.writeString(
        folder.resolve("gradwatch.yaml"),
        """
        kafka:
          bootstrap.servers: 127.0.0.1:1
          default.api.timeout.ms: 500
          request.timeout.ms: 400
        models:
          - {name: fraud, path: %s, topics: [t], window: 5m, samples: 64, false-alarms: 1 per 90d}
        """
            .formatted(DEMO.resolve("digits.pt").toAbsolutePath()));
    DigitRequests requests = new DigitRequests(DigitFile.heldOut(DEMO.resolve("digits.csv.gz")), 5);
    List<String> bodies = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      bodies.add(new String(requests.body(i, Shift.NONE), StandardCharsets.UTF_8));
    }
    Files.write(folder.resolve("requests.jsonl"), bodies);
  }

  /** As the drift topic has them, or as a backtest prints them. */
  private static List<String> lines(Observations seen, boolean numbered) {
    List<String> lines = new ArrayList<>();
    for (DriftReading reading : seen.traffic()) {
      String line = JsonLine.of(reading);
      lines.add(numbered ? "{\"window\":" + lines.size() + "," + line.substring(1) : line);
    }
    return lines;
  }

  @Test
  void writesAPageOfAFileOfReadings() throws IOException {
    Path page = folder.resolve("report.html");

    Ended ended = report("--readings", file("drift.jsonl"), "-o", page.toString());

    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.err()).contains("The model relies on other parts, and its inputs moved");
    assertThat(Files.readString(page))
        .contains("<code>fraud</code>", "2.3</a> times as much", "requests-3@4711");
  }

  @Test
  void tellsWindowsOfABacktestByTheirNumbers() {
    Ended ended = report("--readings", file("backtest.jsonl"), "--format", "markdown");

    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("Since **window ").doesNotContain("2026 12:45");
  }

  @Test
  void programsGetSentencesWithTheIdsOfTheirNumbers() throws IOException {
    Ended ended = report("fraud", "--readings", file("drift.jsonl"), "--format", "json");

    JsonNode json = JSON.readTree(ended.out());
    assertThat(json.get("format").asInt()).isEqualTo(1);
    assertThat(json.get("verdict").asText()).isEqualTo("DRIFT_INPUTS_MOVED");
    assertThat(json.at("/summary/0/figures/0").asText()).isEqualTo("onset");
    assertThat(json.at("/steps/0/id").asText()).isEqualTo("look-at-examples");
    assertThat(json.at("/groups/0/factor/value").asDouble()).isBetween(2.29, 2.31);
    assertThat(json.get("timeline")).hasSize(15);
    assertThat(json.get("figures").findValuesAsText("id")).contains("onset", "evidence");
  }

  @Test
  void recommendsWhatToPruneAndToProtect() throws IOException {
    Path advice = folder.resolve("advice.json");
    Path npz = folder.resolve("fisher.npz");

    Ended ended =
        report(
            "--readings",
            file("drift.jsonl"),
            "--format",
            "markdown",
            "--recommend",
            "--model-path",
            DEMO.resolve("digits.pt").toString(),
            "--samples",
            file("requests.jsonl"),
            "--prune",
            "40%",
            "--recommend-output",
            advice.toString(),
            "--npz",
            npz.toString());

    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("## Acting on it", "Candidates for pruning");
    JsonNode json = JSON.readTree(advice.toFile());
    assertThat(json.get("scalars").asInt()).isEqualTo(3_658);
    assertThat(json.at("/prune/scalars").asInt()).isBetween(1_400, 1_463);
    assertThat(json.at("/prune/share").asDouble()).isLessThan(0.01);
    assertThat(json.at("/protect/share").asDouble()).isGreaterThan(0.3);
    try (ZipFile zip = new ZipFile(npz.toFile())) {
      assertThat(zip.stream().map(entry -> entry.getName()))
          .contains("conv1.weight.npy", "fc2.bias.npy");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --readings empty.jsonl   | 1 | holds no reading
          --readings other.jsonl   | 1 | other.jsonl:1 is no reading; expected what 'gradwatch backtest
          --readings table.txt     | 1 | table.txt:1 is no reading
          --readings binary.npz    | 1 | binary.npz is no text
          --readings none.jsonl    | 1 | cannot be read
          --readings drift.jsonl --model other | 1 | no reading of model 'other', but of fraud
          --readings drift.jsonl --from 2026-03-01T00:00:00Z | 2 | --from and --to need --config
          --readings drift.jsonl --recommend | 2 | needs --model-path and --samples
          --readings drift.jsonl --recommend --prune 120% | 2 | no fraction
          --readings drift.jsonl -o none/report.html | 1 | no such file or folder
          fraud | 2 | name one of --config and --readings
          fraud --model other --readings drift.jsonl | 2 | name one
          other -c gradwatch.yaml | 2 | model 'other' is not in the configuration, which has fraud
          fraud -c gradwatch.yaml --from 2026-03-02T00:00:00Z --to 2026-03-01T00:00:00Z | 2 | is not before --to
          fraud -c gradwatch.yaml --from yesterday | 2 | yesterday
          fraud -c gradwatch.yaml | 1 | topic gradwatch.drift cannot be read
          """)
  void saysWhatIsWrong(String arguments, int code, String message) {
    String[] given =
        List.of(arguments.split(" ", -1)).stream()
            .map(word -> word.matches("\\S+[.](jsonl|txt|npz|yaml|html)") ? file(word) : word)
            .toArray(String[]::new);

    Ended ended = report(given);

    assertThat(ended.code()).as(ended.err()).isEqualTo(code);
    assertThat(ended.err()).contains(message).doesNotContain("\tat ");
    assertThat(ended.out()).isEmpty();
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }

  private static Ended report(String... arguments) {
    List<String> all = new ArrayList<>(List.of("report"));
    all.addAll(List.of(arguments));
    return Ended.of(all.toArray(String[]::new));
  }
}
