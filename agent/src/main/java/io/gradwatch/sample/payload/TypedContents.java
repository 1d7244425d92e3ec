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
  private static final int LONGEST_VARINT = 70;

  private final WireType type;
  private final String path;

  /** Floating-point numbers as they come; filled in the end with whole ones. */
  private final ByteBuffer data;

  /** Whole numbers; none for a floating-point type. */
  private final long[] wholes;

  /** Elements that came, which may be more than there is room for. */
  private int count;

  private TypedContents(WireType type, String path, int elements) {
    this.type = type;
    this.path = path;
    this.data = Elements.room(elements, type.held());
    this.wholes = new long[type.held().isFloatingPoint() ? 0 : elements];
  }

  static BatchTensor read(InferTensor tensor, WireType type, String path)
      throws MalformedSampleException {
    if (type == WireType.FP16 || type == WireType.BF16) {
      throw new MalformedSampleException(
          "%s: %s has no typed contents; expected raw ones".formatted(path, type));
    }
    // An element takes at least one byte.
    int most = 0;
    for (ByteString part : tensor.getContentsList()) {
      most = Math.addExact(most, part.size());
    }
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
    return new BatchTensor(
            tensor.getName(), type.held(), true, tensor.getShapeList(), contents.elements())
        .requireFinite(path);
  }

  private ByteBuffer elements() throws MalformedSampleException {
    long min = type.min();
    long max = type.max();
    for (long value : wholes) {
      if (value < min || value > max) {
        throw new MalformedSampleException(
            "%s: %d; expected a whole number from %d to %d (%s)"
                .formatted(path, value, min, max, type));
      }
    }
    if (!type.held().isFloatingPoint()) {
      Elements.putWhole(data, type.held(), wholes);
    }
    return data.flip();
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

  private void packed(CodedInputStream in, int length) throws IOException {
    byte[] bytes = in.readRawBytes(length);
    if (type.held().isFloatingPoint()) {
      if (length % type.bytes() != 0) {
        throw new IOException("%d bytes of %s".formatted(length, type));
      }
      data.put(bytes, 0, Math.min(length, data.remaining()));
      count += length / type.bytes();
      return;
    }
    int at = 0;
    while (at < length) {
      long value = bytes[at++];
      if (value < 0) {
        value &= 0x7f;
        byte next = -1;
        for (int shift = 7; next < 0; shift += 7) {
          if (at == length || shift >= LONGEST_VARINT) {
            throw new IOException("a number without an end");
          }
          next = bytes[at++];
          value |= (next & 0x7fL) << shift;
        }
      }
      add(value);
    }
  }

  private void next(CodedInputStream in) throws IOException {
    if (!type.held().isFloatingPoint()) {
      add(in.readRawVarint64());
      return;
    }
    byte[] bytes = in.readRawBytes(type.bytes());
    if (data.remaining() >= bytes.length) {
      data.put(bytes);
    }
    count++;
  }

  private void add(long bits) {
    if (count < wholes.length) {
      wholes[count] =
          switch (type) {
            case BOOL -> bits == 0 ? 0 : 1;
            case INT64, UINT64 -> bits;
            case UINT8, UINT16, UINT32 -> bits & 0xffff_ffffL;
            default -> (int) bits;
          };
    }
    count++;
  }
}
