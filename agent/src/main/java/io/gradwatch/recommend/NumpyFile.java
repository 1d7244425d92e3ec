package io.gradwatch.recommend;

import io.gradwatch.importance.ParameterImportance;
import io.gradwatch.importance.ParameterImportance.OfTensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The importance of every parameter as an archive for {@code numpy.load}: one FP32 array a tensor,
 * in its shape and under its name in the module, so that {@code state_dict} has the same keys.
 *
 * <p>The format is NumPy's own, version 1.0: a magic number, a header that is a Python dict, and
 * the values, row-major and little-endian.
 */
public final class NumpyFile {
  private static final int ALIGNMENT = 64;

  /** Magic, version and the length of the header. */
  private static final int PREAMBLE = 10;

  private static final int CHUNK = 1 << 16;

  /** Fixed, so that the same numbers give the same file; the first that a zip can hold. */
  private static final long TIME = 315_532_800_000L;

  private NumpyFile() {}

  /**
   * Writes the diagonal of the Fisher information, the F of elastic weight consolidation.
   *
   * @param out is left open
   */
  public static void writeFisher(ParameterImportance importance, OutputStream out)
      throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    for (OfTensor tensor : importance.tensors()) {
      write(zip, tensor.parameter().name(), tensor.parameter().shape(), tensor.fisher());
    }
    zip.finish();
  }

  private static void write(ZipOutputStream zip, String name, List<Long> shape, float[] values)
      throws IOException {
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setTime(TIME);
    zip.putNextEntry(entry);
    zip.write(header(shape));
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      if (buffer.remaining() < Float.BYTES) {
        zip.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
      buffer.putFloat(value);
    }
    zip.write(buffer.array(), 0, buffer.position());
    zip.closeEntry();
  }

  private static byte[] header(List<Long> shape) {
    // A tuple of one has a comma behind it.
    String extents =
        shape.stream().map(extent -> extent + ", ").collect(Collectors.joining("", "(", ")"));
    String dict = "{'descr': '<f4', 'fortran_order': False, 'shape': " + extents + ", }";
    int length = PREAMBLE + dict.length() + 1;
    int padding = (ALIGNMENT - length % ALIGNMENT) % ALIGNMENT;
    byte[] text = (dict + " ".repeat(padding) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(PREAMBLE + text.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 0x93)
        .put("NUMPY".getBytes(StandardCharsets.ISO_8859_1))
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) text.length)
        .put(text)
        .array();
  }
}
