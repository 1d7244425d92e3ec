package io.gradwatch.report.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gradwatch.report.document.Sentence.Part;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NarrativeTest {
  private static final Pattern NUMBER =
      Pattern.compile(
          "\\d|\\b(one|two|three|four|five|ten|dozen|hundred|thousand|half|twice|double|twofold)\\b");

  /** What a reader should be told, by what was seen. */
  private static final Map<String, Observations> STORIES = new TreeMap<>();

  static {
    STORIES.put("stable", new Seen().inputsMoved(0).quiet(20).observations());
    STORIES.put("ignored-inputs", new Seen().inputsMoved(12).quiet(20).observations());
    STORIES.put("warning", new Seen().inputsMoved(0).quiet(20).warning().observations());
    STORIES.put(
        "moved",
        new Seen().inputsMoved(0).quiet(9).inputsMoved(46).withExamples().drift(6).observations());
    STORIES.put(
        "few-moved", new Seen().inputsMoved(0).quiet(9).inputsMoved(3).drift(6).observations());
    STORIES.put("joint", new Seen().inputsMoved(0).quiet(9).drift(6).observations());
    STORIES.put("unknown-inputs", new Seen().quiet(9).drift(6).observations());
    STORIES.put("from-within-a-drift", new Seen().drift(6).observations());
    STORIES.put("concept", new Seen().inputsMoved(0).quiet(9).conceptDrift(5).observations());
    STORIES.put("concept-quiet", new Seen().inputsMoved(0).quiet(9).conceptQuiet().observations());
    STORIES.put("parity", new Seen().parity(1e-7).quiet(5).parity(0.4).quiet(6).observations());
    STORIES.put("parity-fine", new Seen().parity(1e-7).quiet(5).observations());
    STORIES.put("uncalibrated", new Seen().uncalibrated("the baseline wanders").observations());
    STORIES.put("calibrating", new Seen().calibrating(7).observations());
    STORIES.put("too-few", new Seen().skipped("too-few", 12).observations());
    STORIES.put("nothing", new Seen().observations());
    STORIES.put("recovered", new Seen().quiet(5).drift(6).quiet(5).observations());
    STORIES.put("new-version", new Seen().quiet(5).version(Seen.V2).quiet(5).observations());
    STORIES.put(
        "replaced-in-drift",
        new Seen().quiet(5).drift(6).version(Seen.V2).calibrating(5).observations());
    STORIES.put(
        "all-at-once",
        new Seen()
            .parity(0.3)
            .inputsMoved(5)
            .withExamples()
            .drift(6)
            .conceptDrift(3)
            .observations());
  }

  static Stream<String> stories() {
    return STORIES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("stories")
  void noSentenceHoldsANumberThatIsNotAmongTheFindings(String story) {
    // Given
    Findings found = Findings.of(seen(story));

    // When
    List<Sentence> sentences =
        Stream.of(
                Narrative.summary(found).stream(),
                Narrative.implications(found).stream(),
                Step.of(found).stream().map(Step::why))
            .flatMap(some -> some)
            .toList();

    // Then
    assertThat(sentences).isNotEmpty();
    for (Sentence sentence : sentences) {
      for (Part part : sentence.parts()) {
        if (part.figure() != null) {
          assertThat(found.figure(part.figure()).text()).isEqualTo(part.text());
        } else if (!part.name()) {
          assertThat(part.text()).as(sentence.text()).doesNotContainPattern(NUMBER);
        }
      }
    }
    assertThat(Step.of(found))
        .allSatisfy(step -> assertThat(step.what()).doesNotContainPattern(NUMBER));
  }

  @ParameterizedTest
  @MethodSource("stories")
  void everySentenceIsASentence(String story) {
    Findings found = Findings.of(seen(story));

    assertThat(Narrative.summary(found))
        .extracting(Sentence::text)
        .allMatch(text -> text.matches("[A-Z`a-z0-9].*[.]"))
        .noneMatch(text -> text.contains("..") || text.contains("{}") || text.contains("null"));
  }

  @Test
  void stable() {
    assertThat(verdicts("stable")).containsExactly(Verdict.STABLE);
    assertThat(summary("stable"))
        .contains("the evidence of drift is 1.2 % of what would page, and was 1.2 % at most");
    assertThat(steps("stable")).containsExactly("nothing");
    assertThat(summary("stable")).doesNotContain("inputs moved");
    assertThat(verdicts("ignored-inputs")).containsExactly(Verdict.STABLE);
    assertThat(summary("ignored-inputs"))
        .contains("The inputs moved in the newest window, 12 of 64 features");
  }

  @Test
  void warning() {
    assertThat(verdicts("warning")).containsExactly(Verdict.WARNING);
    assertThat(summary("warning"))
        .contains("720 % of the limit of warnings, and 8.0 % of what pages")
        .contains("fc1.weight matters 22 % more than in the baseline");
    assertThat(steps("warning")).containsExactly("wait");
  }

  @Test
  void driftWhoseInputsMoved() {
    assertThat(verdicts("moved")).containsExactly(Verdict.DRIFT_INPUTS_MOVED);
    assertThat(summary("moved"))
        .contains("Since Tuesday 3 March 2026 12:45 UTC the model relies on other parts")
        .contains("fc2.weight matters 2.3 times as much as in the baseline, and holds 40 % of")
        .contains("conv1 matters 30 % less than in the baseline")
        .contains(
            "Other units carry the importance of fc1.weight than before (shape distance 0.227); it holds 20 % of the evidence.")
        .contains("The evidence is 131 % of what pages.")
        .contains("It paged at Tuesday 3 March 2026 12:55 UTC, after 3 windows of drift.")
        .contains(
            "The inputs moved as well: in 6 of 6 windows since then, and in the newest window 46 of 64 features.");
    assertThat(text(Narrative.implications(Findings.of(seen("moved")))))
        .contains("not judged here: that takes labels");
    assertThat(steps("moved"))
        .containsExactly("look-at-examples", "measure-then-retrain", "approve-baseline");
  }

  @Test
  void fewInputsPointAtTheirPipeline() {
    assertThat(verdicts("few-moved")).containsExactly(Verdict.DRIFT_INPUTS_MOVED);
    assertThat(steps("few-moved")).startsWith("check-feature-pipeline");
  }

  @Test
  void driftWhoseInputsAreQuiet() {
    assertThat(verdicts("joint")).containsExactly(Verdict.DRIFT_INPUTS_QUIET);
    assertThat(summary("joint"))
        .contains(
            "they moved in 0 of 6 windows since then, so what changed is how they go together");
    assertThat(steps("joint"))
        .containsExactly("check-joint-inputs", "measure-then-retrain", "approve-baseline");
    assertThat(verdicts("unknown-inputs")).containsExactly(Verdict.DRIFT);
    assertThat(summary("unknown-inputs")).doesNotContain("nputs");
  }

  @Test
  void aPageBeforeTheTimeThatIsLookedAtIsNotDated() {
    Observations all = seen("from-within-a-drift");
    Observations later =
        new Observations(
            all.model(),
            all.source(),
            false,
            null,
            null,
            all.traffic().subList(3, 6),
            List.of(),
            List.of(),
            List.of(),
            all.skipped(),
            0);

    assertThat(text(Narrative.summary(Findings.of(later)))).doesNotContain("It paged at");
    assertThat(summary("from-within-a-drift")).contains("It paged at");
  }

  @Test
  void conceptDrift() {
    assertThat(verdicts("concept")).containsExactly(Verdict.CONCEPT_DRIFT);
    assertThat(summary("concept"))
        .contains("the evidence is 250 % of what pages, from 5 windows with enough labels");
    assertThat(steps("concept")).containsExactly("retrain-on-labels");
    assertThat(text(Narrative.implications(Findings.of(seen("concept-quiet")))))
        .contains("the evidence against it is 2.0 % of what pages")
        .doesNotContain("cannot be judged");
  }

  @Test
  void parityComesFirst() {
    assertThat(verdicts("parity")).containsExactly(Verdict.PARITY_BROKEN);
    assertThat(summary("parity"))
        .contains("differ by 40 % from those that were served, where more than 1.0 % says")
        .contains("6 of 11 windows with served outputs");
    assertThat(steps("parity")).containsExactly("check-parity");
    assertThat(verdicts("parity-fine")).containsExactly(Verdict.STABLE);
    assertThat(verdicts("all-at-once"))
        .containsExactly(Verdict.PARITY_BROKEN, Verdict.CONCEPT_DRIFT, Verdict.DRIFT_INPUTS_MOVED);
    assertThat(steps("all-at-once"))
        .containsExactly(
            "check-parity",
            "retrain-on-labels",
            "look-at-examples",
            "check-feature-pipeline",
            "approve-baseline");
  }

  @Test
  void uncalibrated() {
    assertThat(verdicts("uncalibrated")).containsExactly(Verdict.UNCALIBRATED);
    assertThat(summary("uncalibrated")).contains("nothing pages: the baseline wanders.");
    assertThat(steps("uncalibrated")).containsExactly("calibrate");
  }

  @Test
  void tooFewWindows() {
    assertThat(verdicts("calibrating")).containsExactly(Verdict.TOO_FEW_WINDOWS);
    assertThat(summary("calibrating")).contains("it has 6 windows");
    assertThat(verdicts("too-few")).containsExactly(Verdict.TOO_FEW_WINDOWS);
    assertThat(summary("too-few")).contains("12 windows closed without enough to compute.");
    assertThat(steps("too-few")).containsExactly("let-it-run");
  }

  @Test
  void noData() {
    assertThat(verdicts("nothing")).containsExactly(Verdict.NO_DATA);
    assertThat(steps("nothing")).containsExactly("check-agent");
    assertThat(text(Narrative.implications(Findings.of(seen("nothing")))))
        .contains("not the same as all being well");
  }

  @Test
  void recovered() {
    assertThat(verdicts("recovered")).containsExactly(Verdict.RECOVERED);
    assertThat(summary("recovered"))
        .contains(
            "The traffic drifted from Tuesday 3 March 2026 12:25 UTC on and no longer does since Tuesday 3 March 2026 12:55 UTC");
    assertThat(steps("recovered")).containsExactly("find-the-cause");
  }

  @Test
  void aNewVersionIsNoRecovery() {
    assertThat(verdicts("new-version")).containsExactly(Verdict.NEW_VERSION);
    assertThat(summary("new-version")).contains("2 versions of the model", "2@bbbbbb");
    assertThat(verdicts("replaced-in-drift"))
        .containsExactly(Verdict.TOO_FEW_WINDOWS, Verdict.NEW_VERSION);
  }

  @Test
  void aPatternTakesAsManyPiecesAsItHasPlaces() {
    assertThatThrownBy(() -> Sentence.of("{} of {}", "a")).hasMessageContaining("fewer pieces");
    assertThatThrownBy(() -> Sentence.of("{}", "a", "b")).hasMessageContaining("more pieces");
  }

  static Observations seen(String story) {
    return Objects.requireNonNull(STORIES.get(story), story);
  }

  private static List<Verdict> verdicts(String story) {
    return Findings.of(seen(story)).verdicts();
  }

  private static String summary(String story) {
    return text(Narrative.summary(Findings.of(seen(story))));
  }

  private static String text(List<Sentence> sentences) {
    return String.join(" ", sentences.stream().map(Sentence::text).toList());
  }

  private static List<String> steps(String story) {
    return Step.of(Findings.of(seen(story))).stream().map(Step::id).toList();
  }
}
