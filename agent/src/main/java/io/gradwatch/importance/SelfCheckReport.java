package io.gradwatch.importance;

import io.gradwatch.importance.ModelFailureException.Reason;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the {@link SelfCheck} found out about a model.
 *
 * @param version of the model
 * @param samples that it was tried with
 * @param batching how the model takes samples
 * @param difference between two passes over the same samples: outputs and gradients, relative to
 *     the largest; 0 means bit for bit
 * @param tensors in the module's order
 * @param notes what a person should look at though the numbers can be trusted
 */
public record SelfCheckReport(
    ModelVersion version,
    int samples,
    Batching batching,
    double difference,
    List<TensorCheck> tensors,
    List<String> notes) {
  /** Names that a line lists before it only counts. */
  private static final int LISTED = 5;

  public SelfCheckReport {
    tensors = List.copyOf(tensors);
    notes = List.copyOf(notes);
  }

  /** What was found of one parameter tensor. */
  public enum Verdict {
    /** The gradient agrees with differences of the outputs. */
    TRUSTED,
    /** There is no gradient, and the outputs do not depend on the tensor: zero is the truth. */
    NO_GRADIENT,
    /** The outputs change otherwise than the gradient says, or though it says that they do not. */
    WRONG_GRADIENT,
    /** Too large a model, so that a part of it was checked. */
    UNCHECKED;

    /** The verdict as it stands in labels, for instance {@code no-gradient}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * One parameter tensor.
   *
   * @param error how much differences of the outputs and the gradient disagree: 0 for perfect
   *     agreement, 1 where one of them is zero; NaN where nothing was compared
   */
  public record TensorCheck(String name, Verdict verdict, double error) {}

  /** Tensors with this verdict. */
  public int count(Verdict verdict) {
    long count = tensors.stream().filter(tensor -> tensor.verdict() == verdict).count();
    return Math.toIntExact(count);
  }

  /** Names of the tensors whose gradient is wrong. */
  public Set<String> untrusted() {
    return tensors.stream()
        .filter(tensor -> tensor.verdict() == Verdict.WRONG_GRADIENT)
        .map(TensorCheck::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether the importance of at least one tensor can be published. */
  public boolean trusted() {
    return count(Verdict.TRUSTED) + count(Verdict.UNCHECKED) > 0;
  }

  /**
   * Demands a tensor that can be trusted.
   *
   * @throws ModelFailureException with {@link Reason#UNTRUSTED} if there is none
   */
  void requireTrusted() {
    if (!trusted()) {
      throw new ModelFailureException(
          Reason.UNTRUSTED,
          ("no gradient of %s can be trusted (%s): quantised, rounding or detached steps in its forward"
                  + " break them; export the float model in eval mode with requires_grad on")
              .formatted(version, verdicts()));
    }
  }

  /** For people: one line, and one more a note. */
  public String text() {
    String repeat =
        difference == 0
            ? "passes repeat bit for bit"
            : "passes repeat within %.0e".formatted(difference);
    String head = "%s; %s; %s".formatted(verdicts(), batching.text(), repeat);
    return notes.isEmpty() ? head : head + "\n" + String.join("\n", notes);
  }

  private String verdicts() {
    return "%d tensors, %d trusted".formatted(tensors.size(), count(Verdict.TRUSTED))
        + part(Verdict.NO_GRADIENT, "without a gradient")
        + part(Verdict.WRONG_GRADIENT, "WRONG and left out")
        + part(Verdict.UNCHECKED, "not checked");
  }

  private String part(Verdict verdict, String text) {
    int count = count(verdict);
    if (count == 0) {
      return "";
    }
    String names =
        tensors.stream()
            .filter(tensor -> tensor.verdict() == verdict)
            .limit(LISTED)
            .map(TensorCheck::name)
            .collect(Collectors.joining(", "));
    return ", %d %s (%s%s)".formatted(count, text, names, count > LISTED ? ", ..." : "");
  }
}
