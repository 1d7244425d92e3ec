package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.importance.ContributorRequest.OfGroup;
import io.gradwatch.importance.ContributorRequest.Units;
import io.gradwatch.importance.Contributors.TopParameter;
import io.gradwatch.importance.Contributors.TopSample;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.SampleReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContributorPassTest {
  private static final LinearModel MODEL =
      new LinearModel(new double[][] {{1, 2}, {-3, 0.5}, {0.25, 1}}, 0.5, 1, -1);

  private static ImportanceSettings settings(int microBatch) {
    return new ImportanceSettings(
        Task.REGRESSION,
        OutputKind.LOGITS,
        Set.of(ImportanceMethod.TAYLOR),
        microBatch,
        false,
        List.of(1.0, 1.0, 1.0));
  }

  private static Contributors found(
      SampleBatch batch, ImportanceMethod method, long whole, String... groups) {
    return found(batch, request(method, List.of(), groups), whole);
  }

  private static ContributorRequest request(
      ImportanceMethod method, List<Units> units, String... groups) {
    return new ContributorRequest(
        method, Stream.of(groups).map(group -> new OfGroup(group, units)).toList());
  }

  private static Contributors found(SampleBatch batch, ContributorRequest request, long whole) {
    return Objects.requireNonNull(
        ContributorPass.over(MODEL, settings(16), batch, request, () -> 0, whole));
  }

  private static SampleBatch referenced(List<InferenceSample> samples) {
    List<SampleReference> references =
        IntStream.range(0, samples.size())
            .mapToObj(i -> new SampleReference("requests", i % 3, 100 + i, 0))
            .toList();
    return new SampleBatch("m", 0, 1_000, samples, samples.size(), "", false, references);
  }

  @Test
  void theSampleWithTheLargestGradientIsFirst() {
    List<InferenceSample> samples = new ArrayList<>(Samples.normal(50, 2, 3));
    samples.set(17, Samples.row(null, 30, -40));

    Contributors found =
        found(referenced(samples), ImportanceMethod.TAYLOR, ContributorPass.WHOLE, "weight");

    TopSample first = found.samples().get(0);
    assertThat(first.reference()).isEqualTo(new SampleReference("requests", 2, 117, 0));
    // (wG)^2 of an output row is w^2 x^2 whatever the sign: the sample has 900 and 1600 for x^2.
    double odd = (1 + 9 + 0.0625) * 900 + (4 + 0.25 + 1) * 1600;
    double all = odd;
    for (int i = 0; i < 50; i++) {
      double[] x = LinearModel.input(samples.get(i));
      all += i == 17 ? 0 : 10.0625 * x[0] * x[0] + 5.25 * x[1] * x[1];
    }
    assertThat(first.share()).isCloseTo(odd / all, within(1e-5));
    assertThat(found.samples()).hasSize(Contributors.SAMPLES);
    assertThat(found.rows()).isEqualTo(50);
  }

  @ParameterizedTest
  @EnumSource(names = {"TAYLOR", "FISHER", "GRADIENT", "UNIT_TAYLOR"})
  void sumsAUnitAndWholeGradientsGiveTheSameSamples(ImportanceMethod method) {
    SampleBatch batch = referenced(Samples.normal(40, 2, 4));

    Contributors whole = found(batch, method, ContributorPass.WHOLE, "weight", "bias");
    Contributors sums = found(batch, method, 0, "weight", "bias");

    assertThat(sums.parameters()).isEmpty();
    assertThat(whole.parameters()).isNotEmpty();
    for (int i = 0; i < whole.samples().size(); i++) {
      TopSample sample = whole.samples().get(i);
      assertThat(sums.samples().get(i).share()).isCloseTo(sample.share(), within(1e-5));
    }
  }

  @Test
  void shareIsTheMeanOverGroupsOfTheShareInEach() {
    SampleBatch batch = referenced(Samples.normal(8, 2, 5));

    Contributors both =
        found(batch, ImportanceMethod.TAYLOR, ContributorPass.WHOLE, "weight", "bias");

    assertThat(both.groups()).containsExactly("weight", "bias");
    assertThat(both.samples().stream().mapToDouble(TopSample::share).sum())
        .as("all of the samples are shown")
        .isCloseTo(1, within(1e-6));
    Contributors bias = found(batch, ImportanceMethod.TAYLOR, ContributorPass.WHOLE, "bias");
    assertThat(bias.samples())
        .as("a bias has the same gradient from every sample of a regression")
        .allSatisfy(sample -> assertThat(sample.share()).isCloseTo(1 / 8.0, within(1e-6)));
  }

  @Test
  void parametersAreToldByTensorIndexAndPosition() {
    SampleBatch batch = referenced(List.of(Samples.row(null, 1, 1), Samples.row(null, 1, 1)));

    List<TopParameter> top =
        found(batch, ImportanceMethod.TAYLOR, ContributorPass.WHOLE, "weight").parameters();

    double sum = 1 + 4 + 9 + 0.25 + 0.0625 + 1;
    assertThat(top).hasSize(Contributors.PARAMETERS);
    assertThat(top.get(0).tensor()).isEqualTo("weight");
    assertThat(top.get(0).index()).isEqualTo(2);
    assertThat(top.get(0).position()).containsExactly(1L, 0L);
    assertThat(top.get(0).share()).isCloseTo(9 / sum, within(1e-6));
    assertThat(top.get(1).position()).containsExactly(0L, 1L);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, ContributorPass.WHOLE})
  void unitsThatGrewCountForASampleAndThoseThatFellAgainstIt(long whole) {
    // Of the first input only unit 1 is large, of the second one unit 0.
    LinearModel model = new LinearModel(new double[][] {{0.1, 3}, {3, 0.1}}, 0, 0);
    List<InferenceSample> samples = new ArrayList<>(Samples.normal(20, 2, 10));
    samples.set(3, Samples.row(null, 9, 0));
    samples.set(4, Samples.row(null, 0, 50));
    List<Units> units = List.of(new Units(1, 1, 0.3), new Units(0, 0, -0.3));
    ImportanceSettings settings = settings(16).tuned(16, List.of(1.0, 1.0));

    Contributors found =
        Objects.requireNonNull(
            ContributorPass.over(
                model,
                settings,
                referenced(samples),
                request(ImportanceMethod.TAYLOR, units, "weight"),
                () -> 0,
                whole));

    assertThat(found.samples().get(0).reference())
        .isEqualTo(referenced(samples).references().get(3));
    assertThat(found.samples())
        .as("the largest of all contributions goes to a unit that fell")
        .noneMatch(sample -> referenced(samples).references().get(4).equals(sample.reference()));
  }

  @Test
  void looksAtTheFirstRowsOfALargeWindowOnly() {
    SampleBatch batch = referenced(Samples.normal(ContributorPass.ROWS + 40, 2, 6));

    assertThat(found(batch, ImportanceMethod.TAYLOR, 0, "weight").rows())
        .isEqualTo(ContributorPass.ROWS);
  }

  @Test
  void samplesThatNobodyCanFindAgainHaveNoReference() {
    SampleBatch batch = Samples.batch("m", 0, Samples.normal(4, 2, 7));

    assertThat(found(batch, ImportanceMethod.TAYLOR, 0, "weight").samples())
        .hasSize(4)
        .allMatch(sample -> sample.reference() == null);
  }

  @Test
  void idsThatAreTooLongForARecordAreLeftOut() {
    List<InferenceSample> samples =
        List.of(withId("7"), withId("x".repeat(256)), withId("x".repeat(257)));

    assertThat(found(referenced(samples), ImportanceMethod.TAYLOR, 0, "bias").samples())
        .extracting(TopSample::id)
        .containsExactlyInAnyOrder("7", "x".repeat(256), null);
  }

  private static InferenceSample withId(String id) {
    return new InferenceSample(id, Samples.row(null, 1, 1).inputs(), null, null);
  }

  @Test
  void groupsThatTheModelHasNotAreNoAnswer() {
    ContributorRequest request = request(ImportanceMethod.TAYLOR, List.of(), "elsewhere");

    assertThat(
            ContributorPass.over(
                MODEL, settings(16), referenced(Samples.normal(4, 2, 8)), request, () -> 0))
        .isNull();
  }

  @Test
  void theSameWindowGivesTheSameAnswer() {
    SampleBatch batch = referenced(Samples.normal(64, 2, 9));

    assertThat(found(batch, ImportanceMethod.FISHER, ContributorPass.WHOLE, "weight", "bias"))
        .isEqualTo(found(batch, ImportanceMethod.FISHER, ContributorPass.WHOLE, "weight", "bias"));
  }
}
