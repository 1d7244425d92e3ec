package io.gradwatch.sample.payload;

import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.payload.proto.InferTensor;
import io.gradwatch.sample.payload.proto.InferTensorContents;
import java.nio.ByteBuffer;

/** Tensors of protobuf messages whose elements come in a field of their type. */
final class TypedContents {
  private TypedContents() {}

  static BatchTensor read(InferTensor tensor, WireType type, String path)
      throws MalformedSampleException {
    InferTensorContents contents = tensor.getContents();
    int count = count(contents, type, path);
    int elements = BatchTensor.requireShape(tensor.getShapeList(), path + ".shape", count);
    if (elements != count) {
      throw new MalformedSampleException(
          "%s: %d elements; expected %d for %s %s"
              .formatted(path, count, elements, type, tensor.getShapeList()));
    }
    ByteBuffer data = Elements.room(count, type.held());
    if (type == WireType.FP32) {
      for (int i = 0; i < count; i++) {
        data.putFloat(contents.getFp32Contents(i));
      }
    } else {
      for (int i = 0; i < count; i++) {
        put(data, contents, type, i, path);
      }
    }
    return new BatchTensor(tensor.getName(), type.held(), true, tensor.getShapeList(), data.flip())
        .requireFinite(path);
  }

  private static int count(InferTensorContents contents, WireType type, String path)
      throws MalformedSampleException {
    return switch (type) {
      case BOOL -> contents.getBoolContentsCount();
      case INT8, INT16, INT32 -> contents.getIntContentsCount();
      case INT64 -> contents.getInt64ContentsCount();
      case UINT8, UINT16, UINT32 -> contents.getUintContentsCount();
      case UINT64 -> contents.getUint64ContentsCount();
      case FP32 -> contents.getFp32ContentsCount();
      case FP64 -> contents.getFp64ContentsCount();
      case FP16, BF16 ->
          throw new MalformedSampleException(
              "%s: %s has no typed contents; expected raw ones".formatted(path, type));
    };
  }

  private static void put(
      ByteBuffer data, InferTensorContents contents, WireType type, int i, String path)
      throws MalformedSampleException {
    switch (type) {
      case FP64 -> data.putDouble(contents.getFp64Contents(i));
      case BOOL -> data.put((byte) (contents.getBoolContents(i) ? 1 : 0));
      case INT8, INT16, INT32 -> whole(data, type, contents.getIntContents(i), path);
      case INT64 -> data.putLong(contents.getInt64Contents(i));
      case UINT8, UINT16, UINT32 ->
          whole(data, type, Integer.toUnsignedLong(contents.getUintContents(i)), path);
      default -> whole(data, type, contents.getUint64Contents(i), path);
    }
  }

  private static void whole(ByteBuffer data, WireType type, long value, String path)
      throws MalformedSampleException {
    if (value < type.min() || value > type.max()) {
      throw new MalformedSampleException(
          "%s: %d; expected a whole number from %d to %d (%s)"
              .formatted(path, value, type.min(), type.max(), type));
    }
    Elements.putWhole(data, type.held(), value);
  }
}
