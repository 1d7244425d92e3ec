package io.gradwatch.drift;

/** The direction of a group's unit profile: which units carry its importance, whatever the sum. */
final class UnitProfile {
  /** Steps in which a shape is told: below it lies the rounding error of float32 gradients. */
  private static final double RESOLUTION = 1e-4;

  private UnitProfile() {}

  /** The profile scaled to length 1; all zero if the profile is. */
  static double[] direction(float[] profile) {
    double[] direction = new double[profile.length];
    for (int unit = 0; unit < profile.length; unit++) {
      direction[unit] = profile[unit];
    }
    double norm = Math.sqrt(dot(direction, direction));
    for (int unit = 0; unit < profile.length && norm > 0; unit++) {
      direction[unit] /= norm;
    }
    return direction;
  }

  /**
   * 1 - cosine of a direction and a mean direction of any length, rounded to 1e-4. Where one of
   * them is zero there is no angle and the shape is 0: the scale tells such a change.
   */
  static double shape(double[] direction, double[] mean) {
    double norms = Math.sqrt(dot(direction, direction) * dot(mean, mean));
    if (norms == 0) {
      return 0;
    }
    double cosine = Math.max(0, Math.min(1, dot(direction, mean) / norms));
    return Math.round((1 - cosine) / RESOLUTION) * RESOLUTION;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int unit = 0; unit < a.length; unit++) {
      sum += a[unit] * b[unit];
    }
    return sum;
  }
}
