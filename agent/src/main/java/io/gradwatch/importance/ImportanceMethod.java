package io.gradwatch.importance;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * How the importance of parameters is measured.
 *
 * <p>The first four come from one backward pass a micro-batch, see {@link OnePass}. The others have
 * passes of their own, see {@link OwnPasses}, and run on every n-th window only.
 */
public enum ImportanceMethod {
  /**
   * Diagonal Fisher information: sum of G^2. How much the output distribution reacts to the
   * parameters.
   */
  FISHER,
  /**
   * Diagonal optimal brain damage: sum of (w G)^2. What removing parameters one by one does. The
   * one to alarm on.
   */
  TAYLOR,
  /**
   * (Sum over a unit of w G)^2: what removing the whole unit does (Molchanov et al. 2019, arXiv
   * 1906.10771).
   */
  UNIT_TAYLOR,
  /**
   * Root mean square gradient of a parameter. Shown, never scored: it ranks like {@link #FISHER}.
   */
  GRADIENT,
  /**
   * Of input features: the absolute product of an input and the gradient of the predicted class's
   * output with respect to it.
   */
  ATTRIBUTION,
  /**
   * Memory aware synapses: mean of the absolute gradient of the outputs' squared norm (Aljundi et
   * al. 2018, arXiv 1711.09601). One sample a pass.
   */
  MAS,
  /** Root mean square of the same gradient, from random signs and so with micro-batches. */
  MAS_RMS,
  /** Sum of absolute weights: changes with the model only, and so tells a change of model. */
  WEIGHT_MAGNITUDE,
  /** What relative noise on a group does to the outputs. */
  SENSITIVITY,
  /** What a shuffle of a group's values does to the outputs. */
  PERMUTATION,
  /** What zeroing a random fraction of a group does to the outputs. */
  DROPOUT,
  /** What silencing units, one after the other, does to the outputs: the ground truth of ranks. */
  ACTIVATION,
  /** Shapley values with groups as players, by truncated Monte Carlo. */
  SHAPLEY;

  /** The methods that share one backward pass. */
  public static Set<ImportanceMethod> onePassMethods() {
    return EnumSet.range(FISHER, GRADIENT);
  }

  /** Whether the method comes from the backward pass that it shares with others. */
  public boolean onePass() {
    return compareTo(GRADIENT) <= 0;
  }

  /** The name in configuration, records and labels, for instance {@code unit-taylor}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
