package io.gradwatch.sample.payload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * An array of numbers that keeps them without an object each. Whole numbers in it are at most 2^53
 * in size, so that FP64 holds them.
 */
@SuppressWarnings("unchecked") // of Jackson: a generic method is overridden without its parameter
final class NumberArray extends ArrayNode {
  private static final long serialVersionUID = 1L;
  private static final int SMALLEST = 16;

  private double[] values = new double[SMALLEST];
  private final BitSet fractional = new BitSet(0);
  private int size;
  private boolean finite = true;

  NumberArray() {
    super(JsonNodeFactory.instance);
  }

  void addWhole(long value) {
    append((double) value);
  }

  void addFractional(double value) {
    fractional.set(size);
    finite &= Double.isFinite(value);
    append(value);
  }

  private void append(double value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = value;
  }

  /** The numbers from the first one on, and some room behind them: to be read only. */
  double[] raw() {
    return values;
  }

  /** Whether no number is larger than FP64 holds. */
  boolean isFinite() {
    return finite;
  }

  /** Whether all numbers were written without point and exponent. */
  boolean isWhole() {
    return fractional.isEmpty();
  }

  /** Whether a number was written without point and exponent. */
  boolean isWhole(int index) {
    return !fractional.get(index);
  }

  /** The numbers into an array, from a place on. */
  void copyTo(double[] target, int from) {
    System.arraycopy(values, 0, target, from, size);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean isEmpty() {
    return size == 0;
  }

  @Override
  public JsonNode get(int index) {
    return isWhole(index)
        ? LongNode.valueOf((long) values[index])
        : DoubleNode.valueOf(values[index]);
  }

  @Override
  public JsonNode path(int index) {
    return get(index);
  }

  @Override
  public Iterator<JsonNode> elements() {
    return IntStream.range(0, size).mapToObj(this::get).iterator();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NumberArray array
        && size == array.size
        && fractional.equals(array.fractional)
        && Arrays.equals(values, 0, size, array.values, 0, size);
  }

  @Override
  public int hashCode() {
    return Objects.hash(size, fractional);
  }
}
