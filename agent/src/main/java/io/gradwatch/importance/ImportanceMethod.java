package io.gradwatch.importance;

import java.util.Locale;

/** The methods that come from one backward pass. */
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
  GRADIENT;

  /** The name in configuration, records and labels, for instance {@code unit-taylor}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
