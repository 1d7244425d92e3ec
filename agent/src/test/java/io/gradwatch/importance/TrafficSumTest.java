package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.sample.InferenceSample;
import io.gradwatch.serde.JsonSerde;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TrafficSumTest {
  private static final ImportanceSettings CLASSES = settings(Task.CLASSIFICATION, List.of());
  private static final LinearModel MODEL =
      new LinearModel(new double[][] {{1, 0}, {0, 1}, {1, 1}}, 0, 0, 0);

  @Test
  void countsElementsOfTheInputsAndProbabilitiesOfTheClasses() {
    TrafficSummary traffic = traffic(Samples.normal(100, 2, 1), null);

    assertThat(traffic.inputFeatures()).isEqualTo(2);
    assertThat(traffic.inputs()).extracting(Histogram::name).containsExactly("x[0]", "x[1]");
    assertThat(traffic.outputs())
        .extracting(Histogram::name)
        .containsExactly("output[0]", "output[1]", "output[2]");
    assertThat(traffic.outputs())
        .allSatisfy(
            output -> {
              assertThat(output.edges()[0]).isBetween(0f, 1f);
              assertThat(output.edges()[output.edges().length - 1]).isBetween(0f, 1f);
            });
    assertThat(Stream.concat(traffic.inputs().stream(), traffic.outputs().stream()))
        .allSatisfy(feature -> assertThat(feature.total()).isEqualTo(100));
  }

  @Test
  void laterWindowsAreCountedIntoTheBinsOfTheFirst() {
    TrafficSummary first = traffic(Samples.normal(100, 2, 1), null);
    TrafficSummary second = traffic(Samples.normal(60, 2, 2), first);
    TrafficSummary pool = Objects.requireNonNull(TrafficSummary.pool(first, second));

    assertThat(second.sameBins(first)).isTrue();
    assertThat(pool.inputs().get(1).total()).isEqualTo(160);
    assertThat(pool.outputs().get(2).total()).isEqualTo(160);
    assertThat(traffic(Samples.normal(60, 2, 2), null).sameBins(first)).isFalse();
  }

  @Test
  void aPoolLeavesOutWindowsOfOtherBinsAndThoseThatWereNotCounted() {
    TrafficSummary first = traffic(Samples.normal(100, 2, 1), null);
    TrafficSummary other = traffic(Samples.normal(100, 2, 2), null);

    assertThat(TrafficSummary.pool(first, other)).isSameAs(first);
    assertThat(TrafficSummary.pool(first, null)).isSameAs(first);
    assertThat(TrafficSummary.pool(null, other)).isSameAs(other);
    assertThat(TrafficSummary.pool(null, null)).isNull();
  }

  @Test
  void takesFeaturesAtEqualDistancesWhereThereAreTooMany() {
    InferenceSample sample =
        Samples.of(null, Samples.floats(List.of(1L), 7), Samples.floats(List.of(783L), big(783)));

    TrafficSummary traffic = outputs(3).summary(List.of(sample));

    assertThat(traffic.inputFeatures()).isEqualTo(784);
    assertThat(traffic.inputs())
        .hasSize(TrafficSummary.INPUTS)
        .extracting(Histogram::name)
        .startsWith("x", "x[2]", "x[5]")
        .endsWith("x[779]");
  }

  @Test
  void rowsWithoutAnElementCountAsMissing() {
    List<InferenceSample> samples =
        List.of(
            Samples.of(null, Samples.longs(5, 6, 7)),
            Samples.of(null, Samples.longs(5)),
            Samples.of(null, Samples.longs(4, 6)));

    TrafficSummary traffic = outputs(1, 2, 3).summary(samples);

    assertThat(traffic.inputs().get(0).counts()).containsExactly(0, 1, 0, 2, 0, 0);
    assertThat(traffic.inputs().get(1).counts()).containsExactly(0, 2, 0, 1);
    assertThat(traffic.inputs().get(2).counts()).containsExactly(0, 1, 0, 2);
  }

  @Test
  void outputsOfARegressionAreCountedInTheirDeviations() {
    TrafficSum sum = new TrafficSum(settings(Task.REGRESSION, List.of(4.0)), null);
    sum.add(new float[] {2, 8}, 1);

    TrafficSummary traffic = sum.summary(Samples.normal(2, 1, 1));

    assertThat(traffic.outputs().get(0).name()).isEqualTo("output");
    assertThat(traffic.outputs().get(0).edges()).contains(0.5f, 2);
  }

  @Test
  void whatADeviceRoundsOtherwiseStaysInItsBin() {
    TrafficSum exact = new TrafficSum(settings(Task.REGRESSION, List.of()), null);
    exact.add(new float[] {0.25f, 0.5f}, 1);
    TrafficSummary first = exact.summary(Samples.normal(2, 1, 1));
    TrafficSum rounded = new TrafficSum(settings(Task.REGRESSION, List.of()), first);
    rounded.add(new float[] {0.2500001f, 0.4999999f}, 1);

    assertThat(rounded.summary(Samples.normal(2, 1, 1)).outputs().get(0))
        .isEqualTo(first.outputs().get(0));
  }

  @Test
  void importanceIsTheSameWhetherItIsCountedBesideOrNot() {
    var batch = Samples.batch("m", 0, Samples.normal(64, 2, 1));

    ImportanceSnapshot counted = OnePass.withTraffic(MODEL, CLASSES, batch, () -> 0, null);

    assertThat(counted.withTraffic(null))
        .isEqualTo(OnePass.importance(MODEL, CLASSES, batch, () -> 0));
  }

  @Test
  void theLargestOneFitsBesideTheRestOfARecordAndIsReadAsItWasWritten() {
    SplittableRandom random = new SplittableRandom(3);
    TrafficSum sum = new TrafficSum(CLASSES, null);
    for (int n = 0; n < 512; n++) {
      sum.add(normal(random, 100), 100);
    }
    List<InferenceSample> samples =
        IntStream.range(0, 512).mapToObj(n -> Samples.row(null, normal(random, 300))).toList();

    TrafficSummary traffic = sum.summary(samples);

    assertThat(traffic.outputs()).hasSize(TrafficSummary.OUTPUTS);
    try (JsonSerde<TrafficSummary> serde = new JsonSerde<>(TrafficSummary.class)) {
      byte[] json = serde.serializer().serialize("", traffic);
      assertThat(json.length).isLessThan(170_000);
      assertThat(serde.deserializer().deserialize("", json)).isEqualTo(traffic);
    }
  }

  private static TrafficSummary traffic(
      List<InferenceSample> samples, @Nullable TrafficSummary bins) {
    var batch = Samples.batch("m", 0, samples);
    return Objects.requireNonNull(
        OnePass.withTraffic(MODEL, CLASSES, batch, () -> 0, bins).traffic());
  }

  private static TrafficSum outputs(float... outputs) {
    TrafficSum sum = new TrafficSum(settings(Task.REGRESSION, List.of()), null);
    sum.add(outputs, 1);
    return sum;
  }

  private static float[] normal(SplittableRandom random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] big(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = i;
    }
    return values;
  }

  private static ImportanceSettings settings(Task task, List<Double> deviations) {
    return new ImportanceSettings(
        task, OutputKind.LOGITS, Set.of(ImportanceMethod.TAYLOR), 16, false, deviations);
  }
}
