package io.gradwatch.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gradwatch.drift.BaselineSelection.Decision;
import io.gradwatch.drift.StoredBaseline.Origin;
import io.gradwatch.importance.ModelVersion;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BaselineCatalogueTest {
  private static final DriftSettings SETTINGS = Traffic.settings("1 per 90d", 20, 0.1);
  private static final ModelVersion VERSION = new ModelVersion("1", Traffic.SHA);
  private static final Decision NOW = new Decision(1_000, "ada", "the new regime");
  private static final StoredBaseline FIRST = live(1, 0);
  private static final StoredBaseline SECOND = live(2, 0);
  private static final StoredBaseline PAST = history(3);

  @Test
  void theNewestOfTheAgentCountsUntilSomebodyDecides() {
    assertThat(active(null, SECOND, PAST, FIRST)).isEqualTo(SECOND.id());
    assertThat(new BaselineCatalogue(null, List.of(PAST)).active()).isEmpty();
  }

  @Test
  void theApprovedOneCountsAndRemembersThoseBefore() {
    BaselineSelection selection = all(null).approve(PAST.id(), false, NOW);

    assertThat(selection)
        .isEqualTo(
            new BaselineSelection(
                1,
                1,
                PAST.id(),
                List.of(FIRST.id(), SECOND.id()),
                false,
                1_000,
                "ada",
                "the new regime"));
    assertThat(active(selection, FIRST, SECOND, PAST)).isEqualTo(PAST.id());
  }

  @Test
  void whatTheAgentMadeBeforeItKnewTheDecisionDoesNotUndoIt() {
    BaselineSelection selection = all(null).approve(PAST.id(), false, NOW);

    assertThat(active(selection, FIRST, SECOND, PAST, live(4, 0))).isEqualTo(PAST.id());
    assertThat(active(selection, FIRST, SECOND, PAST, live(4, 1))).isEqualTo(live(4, 1).id());
  }

  @Test
  void nothingReplacesAPinnedOne() {
    BaselineSelection pinned = all(null).pin(true, NOW);

    assertThat(active(pinned, FIRST, SECOND, live(4, 1))).isEqualTo(SECOND.id());
    assertThat(new BaselineCatalogue(pinned, List.of(SECOND)).pinned()).isTrue();
  }

  @Test
  void rollbackGoesBackStepByStepAndThenSaysThatThereIsNothingBefore() {
    BaselineSelection selection = all(null).approve(PAST.id(), false, NOW);

    BaselineSelection once = all(selection).rollback(NOW);
    BaselineSelection twice = all(once).rollback(NOW);

    assertThat(once.active()).isEqualTo(SECOND.id());
    assertThat(twice.active()).isEqualTo(FIRST.id());
    assertThat(twice.number()).isEqualTo(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> all(twice).rollback(NOW))
        .withMessage("there is no baseline before the active one");
  }

  @Test
  void rollbackAlsoUndoesAReplacementByTheAgent() {
    StoredBaseline replaced = live(4, 1);
    BaselineSelection selection = all(null).approve(PAST.id(), false, NOW);
    BaselineCatalogue catalogue =
        new BaselineCatalogue(selection, List.of(FIRST, SECOND, PAST, replaced));

    assertThat(catalogue.rollback(NOW).active()).isEqualTo(PAST.id());
  }

  @Test
  void aSelectedOneThatIsGoneLeavesTheOneBefore() {
    BaselineSelection selection = all(null).approve(PAST.id(), false, NOW);

    assertThat(active(selection, FIRST, SECOND)).isEqualTo(SECOND.id());
  }

  @Test
  void findsByTheFirstDigitsAndSaysWhereNoneOrSeveralFit() {
    assertThat(all(null).find(PAST.id().substring(0, 8))).isEqualTo(PAST);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> all(null).find("zz"))
        .withMessageStartingWith("no baseline of this version has an id that starts with 'zz'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> all(null).find(""))
        .withMessageStartingWith("more than one");
  }

  @Test
  void refusesContentsThatAreNotThoseOfTheId() {
    Baseline other = SECOND.baseline();

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new StoredBaseline(
                    1, FIRST.id(), "fraud", VERSION, Origin.LIVE, 1, "agent", null, 0, other))
        .withMessageContaining("it was changed or damaged");
  }

  @Test
  void refusesABaselineWhoseGroupsAreNotWhole() {
    Baseline whole = FIRST.baseline();

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Baseline(
                    1,
                    whole.fingerprint(),
                    whole.start(),
                    whole.end(),
                    whole.windows() + 1,
                    whole.groups(),
                    whole.covered(),
                    null))
        .withMessageStartingWith("its groups do not hold one value for each of its 21 windows");
  }

  private static BaselineCatalogue all(@Nullable BaselineSelection selection) {
    return new BaselineCatalogue(selection, List.of(FIRST, SECOND, PAST));
  }

  private static String active(@Nullable BaselineSelection selection, StoredBaseline... stored) {
    return new BaselineCatalogue(selection, List.of(stored)).active().orElseThrow().id();
  }

  private static StoredBaseline live(int seed, long decision) {
    return StoredBaseline.live("fraud", VERSION, seed, decision, baseline(seed));
  }

  private static StoredBaseline history(int seed) {
    return StoredBaseline.of("fraud", VERSION, Origin.HISTORY, seed, "ada", null, baseline(seed));
  }

  private static Baseline baseline(int seed) {
    Traffic traffic = new Traffic(seed, 2, 4, 0);
    return Baseline.of(
        IntStream.range(0, 20).mapToObj(window -> traffic.window()).toList(), SETTINGS);
  }
}
