package io.gradwatch.importance.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gradwatch.importance.Batching;
import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.OnePass;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Samples;
import io.gradwatch.importance.SelfCheck;
import io.gradwatch.importance.SelfCheckReport;
import io.gradwatch.importance.SelfCheckReport.TensorCheck;
import io.gradwatch.importance.SelfCheckReport.Verdict;
import io.gradwatch.importance.Task;
import io.gradwatch.importance.TrustedModel;
import io.gradwatch.sample.InferenceSample;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the models that people really have: each works, or is refused with one line. */
class ModelsAsTheyAreTest {
  private static final DeviceSettings CPU = new DeviceSettings("cpu", 1);
  private static final List<InferenceSample> ROWS = Samples.normal(16, 4, 2);

  /** Numbers and token ids; as many ids as the fixture's plain argument is taken for. */
  private static final List<InferenceSample> WITH_IDS =
      ROWS.stream()
          .map(row -> Samples.of(null, row.inputs().get(0), Samples.longs(1, 1, 3)))
          .toList();

  @ParameterizedTest
  @CsvSource({
    "norm,           ANY,     6, 6", // saved in training mode
    "two-outputs,    ANY,     4, 2", // a tuple
    "list-outputs,   ANY,     4, 2",
    "dict-outputs,   ANY,     4, 2",
    "two-inputs,     ANY,     3, 3", // numbers and token ids
    "unused-head,    ANY,     4, 2",
    "saved-on-cuda,  ANY,     4, 2",
    "old-operator,   ANY,     2, 2",
    "old-version,    ANY,     2, 2", // integer division as it was before version 4
    "odd-names,      ANY,     4, 4",
    "quiet-counter,  ANY,     2, 2", // state that is written and changes nothing
    "batch-of-one,   ONE,     2, 2",
    "no-batch,       NONE,    4, 3",
    "batch-mean,     COUPLED, 2, 2",
  })
  void works(String fixture, Batching batching, int tensors, int trusted) {
    SelfCheckReport report = check(fixture);
    assertThat(report.batching()).isEqualTo(batching);
    assertThat(report.tensors()).hasSize(tensors);
    assertThat(report.count(Verdict.TRUSTED)).isEqualTo(trusted);
    assertThat(report.count(Verdict.NO_GRADIENT)).isEqualTo(tensors - trusted);
    assertThat(report.difference()).isZero();
  }

  /** Its last two tensors come after what is wrong, its others before. */
  @ParameterizedTest
  @CsvSource({
    "straight-through", // rounds its features, differentiates as if it did not
    "fake-quantised", // as quantisation-aware training leaves it
    "detached", // half of the gradient is cut off
    "quantised-chain", // dynamic int8 between two float layers: no gradient
    "quantised-residual", // the same beside a float path: half a gradient
    "quantised-static-chain",
    "quantised-static-residual",
  })
  void leavesOutTensorsWhoseGradientIsSilentlyWrong(String fixture) {
    SelfCheckReport report = check(fixture);
    assertThat(report.tensors())
        .filteredOn(tensor -> tensor.verdict() == Verdict.TRUSTED)
        .extracting(TensorCheck::name)
        .containsExactly("last.weight", "last.bias");
    assertThat(report.untrusted()).containsExactlyInAnyOrder("first.weight", "first.bias");
    assertThat(report.text()).contains("4 tensors, 2 trusted, 2 WRONG and left out (first.weight,");
    assertThat(importance(fixture).groups())
        .extracting(GroupImportance::name)
        .containsExactly("last.weight", "last.bias");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "frozen | load | has no parameters to differentiate: torch.jit.freeze",
        "pickle | load | is a zip archive but no TorchScript (a pickle?); save the model with",
        "missing-operator | load | Unknown builtin op: missing::linear; the operator is of a library",
        "too-old | load | minimum supported version for reading is 1.",
        "too-new | load | maximum supported version for reading is 10.",
        "unicode-names | load | a name in it is not ASCII: rename the module or parameter",
        "class-numbers | output | is int64, which has no gradient; return the logits",
        "no-grad | output | has no gradient; its forward must not run under torch.no_grad",
        "probabilities | output | they are probabilities; set outputs to probabilities",
        "int-argument | inputs | torch.nn.Module(); w.m = torch.jit.script(model); w.forward ="
            + " lambda x: w.m(x, k=VALUE); torch.jit.trace(w.eval(), x).save(path)",
        "noisy | untrusted | give different outputs: its forward draws random numbers",
        "counter | untrusted | give different outputs: its forward draws random numbers or changes",
        "written-state | untrusted | its forward writes into its own state",
        "written-weight | untrusted | its forward writes into its own state",
      })
  void isRefused(String fixture, String reason, String message) {
    assertThatThrownBy(() -> check(fixture))
        .isInstanceOf(ModelFailureException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n")
        .extracting(e -> ((ModelFailureException) e).reason().label())
        .isEqualTo(reason);
  }

  @Test
  void takesProbabilitiesWhereTheSettingsSaySo() {
    ImportanceSettings settings = settings(OutputKind.PROBABILITIES);
    try (TorchScript model = load("probabilities")) {
      assertThat(SelfCheck.of(model, settings, ROWS).count(Verdict.TRUSTED)).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @CsvSource({"batch-of-one", "no-batch", "batch-mean"})
  void givesOneSampleAPassWhereThereIsNoOtherWay(String fixture) {
    ImportanceSnapshot snapshot = importance(fixture);
    assertThat(snapshot.tuning().microBatch()).isEqualTo(1);
    assertThat(snapshot.samples()).isEqualTo(ROWS.size());
    assertThat(importance("unused-head").tuning().microBatch()).isEqualTo(16);
  }

  @Test
  void keepsNamesThatAreNoIdentifiers() {
    assertThat(importance("odd-names").groups())
        .extracting(GroupImportance::name)
        .containsExactly("in/weight", "in-bias", "block/0 last.weight", "block/0 last.bias");
  }

  @Test
  void picksAnOutputByItsKey() {
    try (TorchScript model = TorchScript.load(file("dict-outputs"), CPU, new OutputPick("scores"));
        var pass = model.forward(ROWS)) {
      assertThat(pass.columns()).isEqualTo(2);
    }
  }

  private static SelfCheckReport check(String fixture) {
    try (TorchScript model = load(fixture)) {
      return SelfCheck.of(model, settings(OutputKind.LOGITS), rows(fixture));
    }
  }

  private static ImportanceSnapshot importance(String fixture) {
    ImportanceSettings settings = settings(OutputKind.LOGITS);
    try (TorchScript model = load(fixture)) {
      SelfCheckReport report = SelfCheck.of(model, settings, rows(fixture));
      DifferentiableModel trusted = TrustedModel.of(model, report, settings.grouping());
      return OnePass.importance(
          trusted, settings, Samples.batch(fixture, 0, rows(fixture)), () -> 0);
    }
  }

  @Test
  void showsHowToBindAnArgumentThatTheSamplesLack() {
    try (TorchScript model = load("int-argument")) {
      assertThatThrownBy(() -> SelfCheck.of(model, settings(OutputKind.LOGITS), ROWS))
          .hasMessageContaining("missing value for argument 'k'")
          .hasMessageContaining("w.forward = lambda x: w.m(x, k=VALUE)");
    }
    try (TorchScript model = load("two-inputs")) {
      assertThatThrownBy(() -> SelfCheck.of(model, settings(OutputKind.LOGITS), ROWS))
          .hasMessageContaining("missing value for argument 'ids'")
          .hasMessageNotContaining("lambda");
    }
  }

  private static List<InferenceSample> rows(String fixture) {
    boolean ids = fixture.equals("two-inputs") || fixture.equals("int-argument");
    return ids ? WITH_IDS : ROWS;
  }

  private static ImportanceSettings settings(OutputKind outputs) {
    return new ImportanceSettings(
        Task.CLASSIFICATION, outputs, Set.of(ImportanceMethod.TAYLOR), 16, false, List.of());
  }

  private static TorchScript load(String fixture) {
    return TorchScript.load(file(fixture), CPU);
  }

  private static Path file(String fixture) {
    return Path.of("src/test/resources/io/gradwatch/importance/models", fixture + ".pt");
  }
}
