package io.gradwatch.sample.payload;

import io.gradwatch.sample.Json;
import io.gradwatch.sample.MalformedSampleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An array as NumPy saves it ({@code .npy}, versions 1 to 3): a magic text, a header that is a
 * Python dictionary, and the elements. Dimension 0 is the batch; but an array of one dimension that
 * comes alone is one sample.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">NumPy's
 *     format</a>
 */
final class NumpyArray {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LONGEST_HEADER = 1 << 14;
  private static final Pattern TYPE =
      Pattern.compile("'descr'\\s*:\\s*'([<>|=])([a-z])(\\d{1,2})'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9, ]{0,400})\\)");
  private static final int LONGEST_EXTENT = 18;
  private static final Map<String, WireType> TYPES =
      Map.ofEntries(
          Map.entry("b1", WireType.BOOL),
          Map.entry("u1", WireType.UINT8),
          Map.entry("u2", WireType.UINT16),
          Map.entry("u4", WireType.UINT32),
          Map.entry("u8", WireType.UINT64),
          Map.entry("i1", WireType.INT8),
          Map.entry("i2", WireType.INT16),
          Map.entry("i4", WireType.INT32),
          Map.entry("i8", WireType.INT64),
          Map.entry("f2", WireType.FP16),
          Map.entry("f4", WireType.FP32),
          Map.entry("f8", WireType.FP64));

  private NumpyArray() {}

  static boolean detects(byte[] value) {
    return value.length >= MAGIC.length
        && Arrays.equals(value, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /**
   * Reads an array.
   *
   * @param name of the tensor
   * @param alone whether it is the whole message, so that one dimension is one sample
   */
  static BatchTensor read(String name, byte[] value, boolean alone)
      throws MalformedSampleException {
    ByteBuffer bytes = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    String header = header(bytes, value);
    Matcher type = find(TYPE, header, "descr of a type of numbers, for instance '<f4'");
    WireType element = TYPES.get(type.group(2) + type.group(3));
    if (element == null) {
      throw new MalformedSampleException(
          "npy descr: '%s%s'; expected one of %s"
              .formatted(type.group(2), type.group(3), TYPES.keySet().stream().sorted().toList()));
    }
    boolean fortran = find(ORDER, header, "fortran_order, True or False").group(1).equals("True");
    List<Long> shape = shape(find(SHAPE, header, "shape, a tuple of extents").group(1));
    if (alone && shape.size() == 1) {
      shape = List.of(1L, shape.get(0));
    }
    ByteBuffer data = bytes.slice();
    if (type.group(1).equals(">")) {
      data = swapped(data, element.bytes());
    }
    if (fortran && shape.size() > 1) {
      int elements = BatchTensor.requireShape(shape, "npy shape", data.remaining());
      if ((long) elements * element.bytes() == data.remaining()) {
        data = rowMajor(data, shape, element.bytes());
      }
    }
    return element.raw(name, shape, data, alone ? name : Json.brief(name));
  }

  private static String header(ByteBuffer bytes, byte[] value) throws MalformedSampleException {
    int major = value.length > MAGIC.length ? value[MAGIC.length] : 0;
    int start = major == 1 ? 10 : 12;
    if (!detects(value) || major < 1 || major > 3 || value.length < start) {
      throw new MalformedSampleException("no npy of version 1 to 3; expected an array of NumPy");
    }
    long length =
        major == 1
            ? Short.toUnsignedLong(bytes.getShort(8))
            : Integer.toUnsignedLong(bytes.getInt(8));
    if (length > Math.min(LONGEST_HEADER, value.length - start)) {
      throw new MalformedSampleException(
          "npy header: %d bytes; expected at most %d"
              .formatted(length, Math.min(LONGEST_HEADER, value.length - start)));
    }
    bytes.position(start + (int) length);
    return new String(value, start, (int) length, StandardCharsets.ISO_8859_1);
  }

  private static Matcher find(Pattern pattern, String header, String expected)
      throws MalformedSampleException {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new MalformedSampleException(
          "npy header: %s; expected %s".formatted(Json.brief(header), expected));
    }
    return matcher;
  }

  private static List<Long> shape(String tuple) throws MalformedSampleException {
    List<Long> shape = new ArrayList<>();
    for (String part : tuple.split(",", -1)) {
      String extent = part.strip();
      if (!extent.isEmpty()) {
        // There are only digits and spaces.
        if (extent.length() > LONGEST_EXTENT || extent.indexOf(' ') >= 0) {
          throw new MalformedSampleException(
              "npy shape: '%s'; expected whole numbers".formatted(Json.brief(part)));
        }
        shape.add(Long.parseLong(extent));
      }
    }
    return shape;
  }

  private static ByteBuffer swapped(ByteBuffer data, int size) {
    byte[] swapped = new byte[data.remaining()];
    data.duplicate().get(swapped);
    for (int from = 0; from + size <= swapped.length; from += size) {
      for (int i = 0; i < size / 2; i++) {
        byte other = swapped[from + i];
        swapped[from + i] = swapped[from + size - 1 - i];
        swapped[from + size - 1 - i] = other;
      }
    }
    return ByteBuffer.wrap(swapped);
  }

  /** Elements that lie with the first dimension innermost, with the last one innermost. */
  private static ByteBuffer rowMajor(ByteBuffer data, List<Long> shape, int size) {
    byte[] ordered = new byte[data.remaining()];
    int elements = ordered.length / size;
    for (int from = 0; from < elements; from++) {
      long rest = from;
      long to = 0;
      long stride = elements;
      for (long extent : shape) {
        stride /= extent;
        to += rest % extent * stride;
        rest /= extent;
      }
      data.get(from * size, ordered, (int) to * size, size);
    }
    return ByteBuffer.wrap(ordered);
  }
}
