package io.gradwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs {@code gradwatch compare} as a shell would, on models of four features and three classes.
 */
class CompareCommandTest {
  private static final Path MODELS = Path.of("src/test/resources/io/gradwatch/importance/models");

  @TempDir private static Path folder;

  @BeforeAll
  static void write() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < 64; row++) {
      rows.add(
          String.format(
              Locale.ROOT,
              "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,4],\"data\":[%f,%f,%f,%f]}]}",
              random.nextGaussian(),
              random.nextGaussian(),
              random.nextGaussian(),
              random.nextGaussian()));
    }
    Files.write(folder.resolve("rows.jsonl"), rows);
  }

  @Test
  void comparesTwoVersionsGroupByGroup() throws IOException {
    Ended ended = compare("old-version", "old-operator", "--format", "json");

    assertThat(ended.code()).as(ended.err()).isZero();
    JsonNode view = ended.json();
    assertThat(view.get("kind").asText()).isEqualTo("versions");
    assertThat(view.get("samples").asInt()).isEqualTo(64);
    assertThat(view.get("microBatch").asInt()).isPositive();
    assertThat(view.at("/versions/groups")).hasSize(2);
    JsonNode weight = view.at("/versions/groups/0");
    assertThat(weight.get("logRatio").asDouble()).isNotZero();
    assertThat(weight.get("error").asDouble()).isPositive();
    assertThat(weight.get("secondShare").asDouble() - weight.get("firstShare").asDouble())
        .isEqualTo(weight.get("shareChange").asDouble());
    assertThat(view.get("compared")).hasSize(1);
    assertThat(view.at("/first/depth/bins")).hasSize(10);
  }

  @Test
  void comparesTwoArchitecturesByDepthAndRankAndSaysWhatItCannot() {
    Ended ended = compare("old-version", "norm");

    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out())
        .contains("shares of the importance, by rank and by relative depth")
        .contains("single groups: they have 2 and 6, 1 of these alike")
        .contains("amounts: parameters of other architectures")
        .contains("0.9 to 1.0", "modules", "RANK", "norm.weight");
    assertThat(ended.out().lines().dropWhile(line -> !line.startsWith("A  ")))
        .hasSizeGreaterThan(20)
        .allMatch(line -> line.length() <= 80);
  }

  @Test
  void aFileComparedWithItselfIsNamed() throws IOException {
    JsonNode view = compare("norm", "norm", "--format", "json").json();

    assertThat(view.at("/compared/0").asText()).startsWith("one file with itself");
    assertThat(view.at("/versions/groups"))
        .hasSize(6)
        .allMatch(group -> group.get("shareChange").asDouble() == 0);
    assertThat(view.at("/versions/logRatioOfTotal").asDouble()).isZero();
  }

  @Test
  void wrongUsageIsNamed() {
    Ended one = Ended.of("compare", "--model", model("norm"), "--samples", folder + "/rows.jsonl");

    assertThat(one.code()).isEqualTo(Main.USAGE);
    assertThat(one.err()).contains("--model is given 1 times, must be twice");
    assertThat(compare("norm", "norm", "--method", "gradient").err())
        .contains("--method is gradient, must be taylor, fisher or unit-taylor");
    assertThat(compare("norm", "norm", "--groups", "unit").err())
        .contains("--groups is unit, must be tensor or module");
  }

  private static Ended compare(String first, String second, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "compare",
                "--model",
                model(first),
                "--model",
                model(second),
                "--samples",
                folder.resolve("rows.jsonl").toString()));
    arguments.addAll(List.of(more));
    return Ended.of(arguments.toArray(String[]::new));
  }

  private static String model(String name) {
    return MODELS.resolve(name + ".pt").toString();
  }
}
