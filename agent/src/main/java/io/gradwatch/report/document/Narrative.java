package io.gradwatch.report.document;

import io.gradwatch.drift.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What the findings mean, in sentences for people who do not read metrics: a pure function. Every
 * number in them is a {@link Figure} of the findings.
 */
public final class Narrative {
  /** Groups that the summary names; the table has the others. */
  private static final int NAMED = 3;

  private final Findings found;
  private final List<Sentence> sentences = new ArrayList<>();

  private Narrative(Findings found) {
    this.found = found;
  }

  /** What happened, the most urgent first. */
  public static List<Sentence> summary(Findings found) {
    Narrative narrative = new Narrative(found);
    found.verdicts().forEach(narrative::tell);
    narrative.scope();
    return narrative.sentences;
  }

  /** What follows from it for whoever uses the model. */
  public static List<Sentence> implications(Findings found) {
    Narrative narrative = new Narrative(found);
    found.verdicts().forEach(narrative::imply);
    narrative.accuracy();
    return narrative.sentences;
  }

  private void tell(Verdict verdict) {
    switch (verdict) {
      case NO_DATA ->
          say("No window of model {} lies in the time that was asked for.", found.model());
      case PARITY_BROKEN ->
          say(
              "The outputs of the watched file differ by {} from those that were served, where more than {} says that another model serves; {} of {} windows with served outputs were above that.",
              figure("parity"),
              figure("parity.limit"),
              figure("parity.broken"),
              figure("parity.windows"));
      case CONCEPT_DRIFT -> tellConcept();
      case DRIFT, DRIFT_INPUTS_MOVED, DRIFT_INPUTS_QUIET -> tellDrift(verdict);
      case WARNING -> tellWarning();
      case UNCALIBRATED ->
          say(
              "The budget of false alarms cannot be promised, so nothing pages: {}.",
              Objects.requireNonNullElse(found.reason(), "no reason was given"));
      case TOO_FEW_WINDOWS -> tellTooFew();
      case RECOVERED ->
          say(
              "The traffic drifted from {} on and no longer does since {}: it came back, or its new state was approved as the baseline.",
              figure("ended.from"),
              figure("ended"));
      case NEW_VERSION ->
          say(
              "{} versions of the model were deployed in this time; the newest, {}, since {}. Each is compared with a baseline of its own.",
              figure("versions"),
              found.versions().get(found.versions().size() - 1),
              figure("version.since"));
      case STABLE -> tellStable();
    }
  }

  private void tellStable() {
    say(
        "The model relies on the same parts as in the baseline: the evidence of drift is {} of what would page, and was {} at most, at {}.",
        figure("evidence"),
        figure("evidence.peak"),
        figure("evidence.peak.at"));
    if (found.has("inputs.moved")
        && figure("inputs.moved").value() instanceof Long moved
        && moved > 0) {
      say(
          "The inputs moved in the newest window, {} of {} features, in what the model makes little of.",
          figure("inputs.moved"),
          figure("inputs.compared"));
    }
  }

  private void tellDrift(Verdict verdict) {
    say("Since {} the model relies on other parts than in the baseline.", figure("onset"));
    tellGroups();
    say("The evidence is {} of what pages.", figure("evidence"));
    if (found.has("paged")) {
      say("It paged at {}, after {} windows of drift.", figure("paged"), figure("delay"));
    }
    if (verdict == Verdict.DRIFT_INPUTS_MOVED) {
      say(
          "The inputs moved as well: in {} of {} windows since then, and in the newest window {} of {} features.",
          figure("inputs.windows.moved"),
          figure("inputs.windows"),
          figure("inputs.moved"),
          figure("inputs.compared"));
    } else if (verdict == Verdict.DRIFT_INPUTS_QUIET) {
      say(
          "The inputs by themselves did not: they moved in {} of {} windows since then, so what changed is how they go together.",
          figure("inputs.windows.moved"),
          figure("inputs.windows"));
    }
    outputs();
  }

  private void outputs() {
    if (found.has("outputs.moved")) {
      say(
          "Of the model's outputs {} of {} are distributed otherwise than in the baseline.",
          figure("outputs.moved"),
          figure("outputs.compared"));
    }
  }

  private void tellGroups() {
    List<GroupFinding> groups = found.groups();
    for (int i = 0; i < Math.min(NAMED, groups.size()); i++) {
      if (i == 0 || groups.get(i).notable()) {
        tellGroup(groups.get(i));
      }
    }
  }

  private void tellGroup(GroupFinding group) {
    Figure shape = group.shape();
    if (group.direction() == Direction.SHAPE && shape != null) {
      tellShape(group, shape);
    } else if (group.atLeastTwice()) {
      say(
          "{} matters {} times as much as in the baseline, and holds {} of the evidence.",
          group.name(),
          group.factor(),
          group.evidence());
    } else {
      say(
          group.direction() == Direction.DOWN
              ? "{} matters {} less than in the baseline, and holds {} of the evidence."
              : "{} matters {} more than in the baseline, and holds {} of the evidence.",
          group.name(),
          group.change(),
          group.evidence());
    }
  }

  private void tellShape(GroupFinding group, Figure shape) {
    if (!group.changed()) {
      say(
          "Other units carry the importance of {} than before (shape distance {}); it holds {} of the evidence.",
          group.name(),
          shape,
          group.evidence());
    } else if (group.atLeastTwice()) {
      say(
          "Other units carry the importance of {} than before (shape distance {}); as a whole it matters {} times as much, and holds {} of the evidence.",
          group.name(),
          shape,
          group.factor(),
          group.evidence());
    } else {
      say(
          "Other units carry the importance of {} than before (shape distance {}); as a whole it matters {} "
              + (group.grew() ? "more" : "less")
              + ", and holds {} of the evidence.",
          group.name(),
          shape,
          group.change(),
          group.evidence());
    }
  }

  private void tellConcept() {
    if (found.has("concept.onset")) {
      say(
          "Since {} the labels disagree with the model's answers more than they did in the baseline: the evidence is {} of what pages, from {} windows with enough labels.",
          figure("concept.onset"),
          figure("concept.evidence"),
          figure("concept.windows"));
    }
  }

  private void tellWarning() {
    say(
        "There are first signs of drift: the evidence is {} of the limit of warnings, and {} of what pages.",
        figure("evidence.warning"),
        figure("evidence"));
    tellGroups();
  }

  private void tellTooFew() {
    if (found.has("baseline")) {
      say(
          "The baseline is still being made: it has {} windows, and until it is complete nothing can be judged.",
          figure("baseline"));
      if (found.reason() != null) {
        say("The agent says: {}.", found.reason());
      }
    }
    if (figure("skipped").value() instanceof Long skipped && skipped > 0) {
      say("{} windows closed without enough to compute.", figure("skipped"));
    }
  }

  private void scope() {
    if (found.has("first")) {
      say(
          "This is read from {} windows of {} samples, the first from {} and the newest from {}.",
          figure("windows"),
          figure("samples"),
          figure("first"),
          figure("last"));
    }
  }

  private void imply(Verdict verdict) {
    switch (verdict) {
      case NO_DATA ->
          say(
              "Nothing is known of the model in this time, which is not the same as all being well.");
      case PARITY_BROKEN ->
          say(
              "All other numbers here are about the watched file, which may be another than the file that answers.");
      case CONCEPT_DRIFT -> {
        say(
            "The world changed its answers: decisions that rest on this model are wrong more often than they were.");
        found.concept().stream()
            .limit(1)
            .forEach(
                group ->
                    say(
                        group.direction() == Direction.DOWN
                            ? "By {} the model is less sure than it is right: the ratio of labelled to label-free importance is {} times the baseline's."
                            : "By {} the model is surer than it is right: the ratio of labelled to label-free importance is {} times the baseline's.",
                        group.name(),
                        group.factor()));
      }
      case DRIFT, DRIFT_INPUTS_MOVED ->
          say(
              "The traffic uses the model in a way that the baseline does not cover: how well it answers such requests is not known from there.");
      case DRIFT_INPUTS_QUIET ->
          say(
              "Monitors of single inputs would not have seen this: each input looks as ever, and their combination is new to the model.");
      case WARNING -> say("This may pass: warnings are allowed far more often than pages.");
      case UNCALIBRATED -> say("A drift in this time would not have paged anybody.");
      case TOO_FEW_WINDOWS -> say("A drift in this time would not be noticed yet.");
      case RECOVERED -> say("Decisions that were made while it lasted may deserve a second look.");
      case NEW_VERSION ->
          say("What was learnt about the version before says nothing about the newest.");
      case STABLE -> {
        if (found.has("soonest")) {
          say(
              "A severe drift would page after {} windows; a change that stays below the minimum effect would not.",
              figure("soonest"));
        }
      }
    }
  }

  private void accuracy() {
    if (found.is(Verdict.NO_DATA) || found.is(Verdict.CONCEPT_DRIFT)) {
      return;
    }
    if (found.labelled()) {
      say(
          "As far as labels have come, the answers are as true as in the baseline: the evidence against it is {} of what pages.",
          figure("concept.evidence"));
    } else {
      say(
          "Whether the answers are still right is not judged here: that takes labels, and label-samples in the configuration.");
    }
  }

  private Figure figure(String id) {
    return found.figure(id);
  }

  private void say(String pattern, Object... pieces) {
    sentences.add(Sentence.of(pattern, pieces));
  }
}
