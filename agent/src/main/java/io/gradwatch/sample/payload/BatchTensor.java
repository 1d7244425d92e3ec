package io.gradwatch.sample.payload;

import io.gradwatch.sample.DataType;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * All rows of one tensor of a message.
 *
 * @param type of the elements
 * @param declared whether the message says the type; else the elements are numbers as JSON has
 *     them, held as FP64
 * @param shape the batch first; each extent at least 1
 * @param data row-major, little-endian, exactly the elements
 */
record BatchTensor(String name, DataType type, boolean declared, List<Long> shape, ByteBuffer data)
    implements PayloadTensor {
  /** More dimensions than any model has; bounds the work a row. */
  static final int MAX_RANK = 16;

  BatchTensor {
    shape = List.copyOf(shape);
    data = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public BatchTensor elements() {
    return this;
  }

  /** Samples in it. */
  int rows() {
    return Math.toIntExact(shape.get(0));
  }

  /** Elements of all rows. */
  int count() {
    return data.remaining() / type.bytes();
  }

  /** The rows, each a view of the same bytes without the batch dimension. */
  List<Tensor> split() {
    List<Long> rowShape = List.copyOf(shape.subList(1, shape.size()));
    ByteBuffer all = data.asReadOnlyBuffer();
    int rows = rows();
    int rowBytes = data.remaining() / rows;
    List<Tensor> split = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      split.add(
          new Tensor(name, type, rowShape, all.slice(all.position() + row * rowBytes, rowBytes)));
    }
    return split;
  }

  /** All of it, the batch dimension first. */
  Tensor whole() {
    return new Tensor(name, type, shape, data);
  }

  /** The same elements under another name. */
  BatchTensor named(String other) {
    return new BatchTensor(other, type, declared, shape, data);
  }

  /** The same elements in another shape of as many elements. */
  BatchTensor shaped(List<Long> other) {
    return new BatchTensor(name, type, declared, other, data);
  }

  /**
   * Refuses what no model computes with.
   *
   * @param path of the tensor, for messages
   */
  BatchTensor requireFinite(String path) throws MalformedSampleException {
    int odd = Elements.firstNotFinite(data, type, count());
    if (odd >= 0) {
      throw new MalformedSampleException(
          "%s[%d]: %s; expected a finite number"
              .formatted(path, odd, Elements.value(data, type, odd)));
    }
    return this;
  }

  /**
   * Checks extents that a message declares, before memory is taken for them.
   *
   * @param extents of the tensor, batch first
   * @param maxElements elements that the payload can hold at most
   * @return the number of elements, at most {@code maxElements}
   */
  static int requireShape(List<Long> extents, String path, int maxElements)
      throws MalformedSampleException {
    if (extents.isEmpty() || extents.size() > MAX_RANK) {
      throw new MalformedSampleException(
          "%s: %d extents; expected 1 to %d, batch first"
              .formatted(path, extents.size(), MAX_RANK));
    }
    long elements = 1;
    for (long extent : extents) {
      if (extent < 1) {
        throw new MalformedSampleException(
            "%s: %s; expected extents of at least 1".formatted(path, extents));
      }
      if (extent > maxElements / elements) {
        throw new MalformedSampleException(
            "%s: more elements than the payload can hold; expected the shape of the data"
                .formatted(path));
      }
      elements *= extent;
    }
    return (int) elements;
  }
}
