package io.gradwatch.sample;

/**
 * The element type of a {@link Tensor}, under its Open Inference Protocol name.
 *
 * <p>Only types that libtorch has and its binding takes: the process would end on another one.
 */
public enum DataType {
  BOOL(1),
  UINT8(1),
  INT8(1),
  INT32(4),
  INT64(8),
  FP16(2),
  FP32(4),
  FP64(8);

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether values of this type carry a gradient in libtorch. */
  public boolean isFloatingPoint() {
    return this == FP16 || this == FP32 || this == FP64;
  }
}
