package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.importance.Measured.OfGroup;
import io.gradwatch.sample.InferenceSample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShapleyTest {
  /** Of FP32 outputs. */
  private static final double EXACT = 1e-5;

  private static final LinearModel MODEL =
      new LinearModel(new double[][] {{1.5, -1, 0}, {1, 0.25, -0.5}, {0, 1, 2}}, 0.7, -0.2, 0.1);
  private static final List<InferenceSample> ROWS = Samples.normal(64, 3, 3);

  @Test
  void agreesWithTheSumOverAllCoalitions() {
    double[] exact = exact(settings(Grouping.UNIT));
    Measured measured = measure(Grouping.UNIT, 0, Duration.ofDays(1));
    double largest = 0;
    for (double value : exact) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int player = 0; player < exact.length; player++) {
      OfGroup group = measured.groups().get(player);
      double stderr = Objects.requireNonNull(estimate(group).stderr());
      assertThat(estimate(group).mean())
          .as(group.name())
          .isCloseTo(exact[player], within(4 * stderr));
      // The 64 rows are fixed, while the error counts their spread too.
      assertThat(stderr).isPositive().isLessThan(0.3 * largest);
    }
  }

  @Test
  void valuesAddUpToWhatAllGroupsAreWorthWithoutTruncation() {
    double none = 0;
    for (InferenceSample row : ROWS) {
      double[] f = MODEL.output(LinearModel.input(row));
      double[] nothing = new double[f.length];
      none += OutputChange.divergence(settings(Grouping.TENSOR), f, nothing) / ROWS.size();
    }
    assertThat(total(measure(Grouping.UNIT, 0, Duration.ofDays(1)))).isCloseTo(none, within(EXACT));
    assertThat(total(measure(Grouping.TENSOR, 0, Duration.ofDays(1))))
        .isCloseTo(none, within(EXACT));
  }

  @Test
  void truncationLeavesOutAtMostItsTolerance() {
    double whole = total(measure(Grouping.UNIT, 0, Duration.ofDays(1)));
    double truncated = total(measure(Grouping.UNIT, 0.2, Duration.ofDays(1)));
    assertThat(truncated).isNotCloseTo(whole, within(EXACT)).isCloseTo(whole, within(0.2 * whole));
  }

  @Test
  void aGroupThatMakesThePredictionWorseIsWorthLessThanNothing() {
    // The bias of the right class is the wrong way round: without it the loss is lower.
    LinearModel model = new LinearModel(new double[][] {{2}, {0}}, -1, 0);
    List<InferenceSample> rows = new ArrayList<>();
    for (int n = 0; n < 40; n++) {
      rows.add(Samples.row(List.of(0.0), 1 + n / 40f));
    }
    ImportanceSettings settings =
        new ImportanceSettings(
            Task.CLASSIFICATION,
            OutputKind.LOGITS,
            ImportanceMethod.onePassMethods(),
            1,
            true,
            List.of());
    Map<String, ImportanceSnapshot.Value> bias =
        OwnPasses.importance(
                model,
                settings,
                ImportanceMethod.SHAPLEY,
                Samples.batch("m", 0, rows),
                Duration.ofDays(1),
                () -> 0)
            .groups()
            .get(1)
            .methods();
    ImportanceSnapshot.Value value = Objects.requireNonNull(bias.get("labelled-shapley"));
    assertThat(value.mean()).isNegative();
    assertThat(value.share()).isBetween(0.01, 0.99);
  }

  @Test
  void aSpentBudgetEndsItBetweenOrders() {
    Measured measured = measure(Grouping.UNIT, 0, Duration.ofMillis(30));
    assertThat(measured.samples()).isBetween(2, 62);
    assertThat(estimate(measured.groups().get(0)).stderr()).isNotNull();
  }

  @Test
  void saysHowFarItIsAndForetellsItsEnd() {
    List<Long> done = new ArrayList<>();
    List<Long> all = new ArrayList<>();

    measure(
        Grouping.UNIT,
        0,
        Duration.ofDays(1),
        (orders, needed) -> {
          done.add(orders);
          all.add(needed);
        });

    assertThat(done).first().isEqualTo(1L);
    assertThat(all.subList(0, 31)).as("errors of so few orders mean nothing").containsOnly(0L);
    assertThat(all.get(31)).as("foretold").isBetween(done.size() / 3L, 3L * done.size());
    assertThat(done).last().isEqualTo((long) done.size()).isEqualTo(all.get(all.size() - 1));
  }

  private static Measured measure(Grouping grouping, double tolerance, Duration limit) {
    return measure(grouping, tolerance, limit, WorkProgress.NONE);
  }

  private static Measured measure(
      Grouping grouping, double tolerance, Duration limit, WorkProgress progress) {
    long[] now = {0};
    return Shapley.over(
        MODEL,
        settings(grouping),
        ROWS,
        new SplittableRandom(7),
        tolerance,
        new Budget(() -> now[0] += 1_000_000, limit, progress));
  }

  private static double total(Measured measured) {
    return measured.groups().stream().mapToDouble(group -> estimate(group).mean()).sum();
  }

  private static Estimate estimate(OfGroup group) {
    return Objects.requireNonNull(group.estimate());
  }

  /** By definition: for each player the weighted sum over all coalitions without it. */
  private static double[] exact(ImportanceSettings settings) {
    List<Group> groups = settings.grouping().of(MODEL.parameters());
    int players = groups.size();
    double[] worth = new double[1 << players];
    Counterfactual all = Counterfactual.of(MODEL, settings, ROWS);
    for (int coalition = 0; coalition < worth.length; coalition++) {
      List<Group.Slice> absent = new ArrayList<>();
      for (int player = 0; player < players; player++) {
        if ((coalition >> player & 1) == 0) {
          absent.addAll(groups.get(player).slices());
        }
      }
      Weights weights = new Weights(MODEL);
      worth[coalition] = -all.change(weights.with(absent, Weights.Edit.ZERO)) / ROWS.size();
    }
    double[] values = new double[players];
    for (int player = 0; player < players; player++) {
      for (int coalition = 0; coalition < worth.length; coalition++) {
        if ((coalition >> player & 1) == 0) {
          int size = Integer.bitCount(coalition);
          values[player] +=
              factorial(size)
                  * factorial(players - size - 1)
                  / factorial(players)
                  * (worth[coalition | 1 << player] - worth[coalition]);
        }
      }
    }
    return values;
  }

  private static double factorial(int n) {
    return n < 2 ? 1 : n * factorial(n - 1);
  }

  private static ImportanceSettings settings(Grouping grouping) {
    return new ImportanceSettings(
        Task.CLASSIFICATION,
        OutputKind.LOGITS,
        OutputKind.LOGITS,
        ImportanceMethod.onePassMethods(),
        List.of(),
        grouping,
        16,
        false,
        List.of());
  }
}
