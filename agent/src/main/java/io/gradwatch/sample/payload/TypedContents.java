package io.gradwatch.sample.payload;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.gradwatch.sample.Json;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.payload.wire.InferTensor;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Tensors of protobuf messages whose elements come in a field of their type: {@code
 * InferTensorContents} of the protocol, read from its bytes into their place, without a list
 * between.
 *
 * <p>Confined to the call that reads it.
 */
final class TypedContents {
  private final WireType type;
  private final String path;
  private final ByteBuffer data;

  /** Elements that came, which may be more than there is room for. */
  private int count;

  private TypedContents(WireType type, String path, int elements) {
    this.type = type;
    this.path = path;
    this.data = Elements.room(elements, type.held());
  }

  static BatchTensor read(InferTensor tensor, WireType type, String path)
      throws MalformedSampleException {
    if (type == WireType.FP16 || type == WireType.BF16) {
      throw new MalformedSampleException(
          "%s: %s has no typed contents; expected raw ones".formatted(path, type));
    }
    // An element takes at least one byte.
    int most = tensor.getContentsList().stream().mapToInt(ByteString::size).sum();
    int elements = BatchTensor.requireShape(tensor.getShapeList(), path + ".shape", most);
    TypedContents contents = new TypedContents(type, path, elements);
    for (ByteString part : tensor.getContentsList()) {
      contents.read(part);
    }
    if (contents.count != elements) {
      throw new MalformedSampleException(
          "%s: %d elements; expected %d for %s %s"
              .formatted(path, contents.count, elements, type, tensor.getShapeList()));
    }
    ByteBuffer data = contents.data.flip();
    return new BatchTensor(tensor.getName(), type.held(), true, tensor.getShapeList(), data)
        .requireFinite(path);
  }

  private void read(ByteString part) throws MalformedSampleException {
    try {
      CodedInputStream in = part.newCodedInput();
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        boolean own = WireFormat.getTagFieldNumber(tag) == field();
        int wire = WireFormat.getTagWireType(tag);
        if (own && wire == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
          packed(in, in.readRawVarint32());
        } else if (own && wire == wire()) {
          next(in);
        } else if (!in.skipField(tag)) {
          throw new IOException("a group ends that did not begin");
        }
      }
    } catch (IOException e) {
      throw new MalformedSampleException(
          "%s.contents: no protobuf (%s); expected InferTensorContents"
              .formatted(path, Json.brief(String.valueOf(e.getMessage()))),
          e);
    }
  }

  /** The number of the field of this type in {@code InferTensorContents}. */
  private int field() {
    return switch (type) {
      case BOOL -> 1;
      case INT8, INT16, INT32 -> 2;
      case INT64 -> 3;
      case UINT8, UINT16, UINT32 -> 4;
      case UINT64 -> 5;
      case FP32 -> 6;
      default -> 7;
    };
  }

  /** How an element lies that is not packed with others. */
  private int wire() {
    return switch (type) {
      case FP32 -> WireFormat.WIRETYPE_FIXED32;
      case FP64 -> WireFormat.WIRETYPE_FIXED64;
      default -> WireFormat.WIRETYPE_VARINT;
    };
  }

  private void packed(CodedInputStream in, int length)
      throws IOException, MalformedSampleException {
    boolean asItIs = type == WireType.FP32 || type == WireType.FP64;
    if (asItIs && length % type.bytes() == 0 && length <= data.remaining()) {
      data.put(in.readRawBytes(length));
      count += length / type.bytes();
      return;
    }
    int limit = in.pushLimit(length);
    while (in.getBytesUntilLimit() > 0) {
      next(in);
    }
    in.popLimit(limit);
  }

  private void next(CodedInputStream in) throws IOException, MalformedSampleException {
    count++;
    switch (type) {
      case FP32 -> put(in.readRawLittleEndian32());
      case FP64 -> put(in.readRawLittleEndian64());
      case BOOL -> put(in.readBool() ? 1 : 0);
      case INT64 -> put(in.readInt64());
      case UINT64 -> put(inRange(in.readUInt64()));
      case UINT32 -> put(Integer.toUnsignedLong(in.readUInt32()));
      case UINT8, UINT16 -> put(inRange(Integer.toUnsignedLong(in.readUInt32())));
      default -> put(inRange(in.readInt32()));
    }
  }

  private void put(long bits) {
    switch (data.remaining() < type.held().bytes() ? 0 : type.held().bytes()) {
      case 0 -> {} // more than there should be, of which only the number counts
      case 1 -> data.put((byte) bits);
      case 4 -> data.putInt((int) bits);
      default -> data.putLong(bits);
    }
  }

  private long inRange(long value) throws MalformedSampleException {
    if (value < type.min() || value > type.max()) {
      throw new MalformedSampleException(
          "%s: %d; expected a whole number from %d to %d (%s)"
              .formatted(path, value, type.min(), type.max(), type));
    }
    return value;
  }
}
