package io.gradwatch.importance;

/** The floating-point format that a model's weights are kept in, as their values show it. */
enum Precision {
  BF16(16, 0x1p-8),
  FP16(13, 0x1p-11),
  FP32(0, 0x1p-24);

  private final int unusedBits;
  private final double unit;

  Precision(int unusedBits, double unit) {
    this.unusedBits = unusedBits;
    this.unit = unit;
  }

  /** The coarsest format that holds all weights. */
  static Precision of(DifferentiableModel model) {
    int used = 0;
    for (int parameter = 0; parameter < model.parameters().size(); parameter++) {
      for (float weight : model.weights(parameter)) {
        used |= Float.floatToRawIntBits(weight);
      }
    }
    int unused = Integer.numberOfTrailingZeros(used);
    return unused >= BF16.unusedBits ? BF16 : unused >= FP16.unusedBits ? FP16 : FP32;
  }

  /** Largest relative error of rounding to the nearest. */
  double unit() {
    return unit;
  }

  /** The nearest number of this format; apart from what is too small or too large for it. */
  float round(double value) {
    if (unusedBits == 0) {
      return (float) value;
    }
    int bits = Float.floatToRawIntBits((float) value);
    return Float.intBitsToFloat((bits + (1 << (unusedBits - 1))) & -(1 << unusedBits));
  }
}
