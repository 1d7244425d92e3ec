package io.gradwatch.report.document;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A recommended next step.
 *
 * @param id of the rule that gives it, for programs
 * @param what to do
 * @param why it is this one
 * @param command that does it; null if none does
 */
public record Step(String id, String what, Sentence why, @Nullable String command) {
  /** Of the features that are compared, up to so many moved are a fault of single features. */
  private static final double FEW = 0.25;

  /** When a step is advised, and why. */
  private record Rule(
      String id,
      Predicate<Findings> applies,
      String what,
      Function<Findings, Sentence> why,
      @Nullable String command) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule(
              "check-agent",
              found -> found.is(Verdict.NO_DATA),
              "See whether the agent runs and its topics still hold that time.",
              found -> Sentence.of("Windows that were read: {}.", found.figure("windows")),
              "gradwatch doctor --config gradwatch.yaml"),
          new Rule(
              "check-parity",
              found -> found.is(Verdict.PARITY_BROKEN),
              "Find out which model file serves, and let the agent watch it.",
              found ->
                  Sentence.of(
                      "The outputs differ by {}, where rounding gives far below {}.",
                      found.figure("parity"),
                      found.figure("parity.limit")),
              "gradwatch doctor --config gradwatch.yaml"),
          new Rule(
              "retrain-on-labels",
              found -> found.is(Verdict.CONCEPT_DRIFT),
              "Check that the labels are right; if they are, retrain on those since the drift began.",
              found ->
                  Sentence.of(
                      "The labels speak against the model with {} of the evidence that pages.",
                      found.figure("concept.evidence")),
              null),
          new Rule(
              "look-at-examples",
              found -> found.drifts() && found.has("examples"),
              "Look at the samples that contributed most: are they what the model was made for?",
              found ->
                  Sentence.of(
                      "{} of {} samples hold {} of what moved, where {} would be even.",
                      found.figure("examples"),
                      found.figure("examples.rows"),
                      found.figure("examples.share"),
                      found.figure("examples.even")),
              null),
          new Rule(
              "check-feature-pipeline",
              Step::fewInputsMoved,
              "Check how the features that moved are made: a changed unit, default or source.",
              found ->
                  Sentence.of(
                      "Only {} of {} features moved, most of all {}.",
                      found.figure("inputs.moved"),
                      found.figure("inputs.compared"),
                      String.valueOf(found.farthest())),
              null),
          new Rule(
              "check-joint-inputs",
              found -> found.is(Verdict.DRIFT_INPUTS_QUIET),
              "Look for what changed between the inputs: another mix of customers, a joined table, an order of rows.",
              found ->
                  Sentence.of(
                      "Single inputs moved in {} of {} windows only.",
                      found.figure("inputs.windows.moved"),
                      found.figure("inputs.windows")),
              null),
          new Rule(
              "measure-then-retrain",
              found -> found.drifts() && !found.is(Verdict.CONCEPT_DRIFT),
              "Label some of the new requests; if the model is worse on them, retrain with them.",
              found ->
                  Sentence.of(
                      "The drift has lasted since {}, and importance alone does not tell accuracy.",
                      found.figure("onset")),
              null),
          new Rule(
              "approve-baseline",
              Findings::drifts,
              "If the new traffic is meant to stay and the model is right on it, approve it as the baseline: the first command prints the ID for the second.",
              found ->
                  Sentence.of(
                      "Until then the status stays as it is, with {} of the evidence that pages.",
                      found.figure("evidence")),
              "gradwatch baseline create --config gradwatch.yaml {} --since-onset\n"
                  + "gradwatch baseline approve --config gradwatch.yaml {} ID"),
          new Rule(
              "wait",
              found -> found.is(Verdict.WARNING),
              "Nothing yet: look again after some windows.",
              found -> Sentence.of("The evidence is {} of what pages.", found.figure("evidence")),
              null),
          new Rule(
              "calibrate",
              found -> found.is(Verdict.UNCALIBRATED),
              "Remove what keeps the budget from being promised.",
              found -> Sentence.of("The agent says: {}.", String.valueOf(found.reason())),
              "gradwatch baseline list --config gradwatch.yaml {}"),
          new Rule(
              "let-it-run",
              found -> found.is(Verdict.TOO_FEW_WINDOWS),
              "Let it run, or make a baseline of past windows; where windows close short, lower samples or widen the window.",
              Step::tooLittle,
              "gradwatch baseline create --config gradwatch.yaml {}"),
          new Rule(
              "find-the-cause",
              found -> found.is(Verdict.RECOVERED),
              "Find out what was different while it lasted, so that it does not come back unknown.",
              found ->
                  Sentence.of(
                      "It lasted from {} to {}.",
                      found.figure("ended.from"),
                      found.figure("ended")),
              null),
          new Rule(
              "check-new-version",
              found -> found.is(Verdict.NEW_VERSION),
              "Compare both files on the same samples, and see that the newest has a baseline.",
              found ->
                  Sentence.of("The newest version serves since {}.", found.figure("version.since")),
              "gradwatch compare --model old.pt --model new.pt --samples today.jsonl"));

  /** All that the rules advise, the most urgent first; at least one. */
  public static List<Step> of(Findings found) {
    List<Step> steps = new ArrayList<>();
    for (Rule rule : RULES) {
      if (rule.applies().test(found)) {
        String command = rule.command();
        steps.add(
            new Step(
                rule.id(),
                rule.what(),
                rule.why().apply(found),
                command == null ? null : command.replace("{}", found.model())));
      }
    }
    if (steps.isEmpty()) {
      steps.add(
          new Step(
              "nothing",
              "Nothing to do.",
              Sentence.of("The evidence is {} of what pages.", found.figure("evidence")),
              null));
    }
    return steps;
  }

  private static boolean fewInputsMoved(Findings found) {
    return found.is(Verdict.DRIFT_INPUTS_MOVED)
        && found.figure("inputs.moved").value() instanceof Long moved
        && found.figure("inputs.compared").value() instanceof Long compared
        && moved > 0
        && moved <= FEW * compared;
  }

  private static Sentence tooLittle(Findings found) {
    return found.has("baseline")
        ? Sentence.of("The baseline has {} windows so far.", found.figure("baseline"))
        : Sentence.of("Windows that closed short: {}.", found.figure("skipped"));
  }
}
