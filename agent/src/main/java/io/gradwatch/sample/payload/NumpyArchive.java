package io.gradwatch.sample.payload;

import io.gradwatch.sample.Json;
import io.gradwatch.sample.MalformedSampleException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Arrays as NumPy saves them together ({@code .npz}): a zip of {@code NAME.npy}. */
final class NumpyArchive {
  private static final String SUFFIX = ".npy";
  private static final int MOST_ARRAYS = 64;

  /** How much larger than the payload its arrays may be once they are unpacked. */
  private static final int LARGEST_RATIO = 16;

  /** What they may be in any case: a few zeros pack well. */
  private static final long SMALLEST_LIMIT = 1 << 20;

  private NumpyArchive() {}

  static boolean detects(byte[] value) {
    return value.length > 4 && value[0] == 'P' && value[1] == 'K' && value[2] == 3 && value[3] == 4;
  }

  /** The arrays in the order of the archive. */
  static List<PayloadTensor> read(byte[] value) throws MalformedSampleException {
    List<PayloadTensor> arrays = new ArrayList<>();
    Set<String> names = new HashSet<>();
    long room = Math.max(SMALLEST_LIMIT, (long) LARGEST_RATIO * value.length);
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(value))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String file = entry.getName();
        String name =
            file.endsWith(SUFFIX) ? file.substring(0, file.length() - SUFFIX.length()) : file;
        byte[] array = zip.readNBytes((int) Math.min(room + 1, Integer.MAX_VALUE - 8));
        room -= array.length;
        if (room < 0 || arrays.size() == MOST_ARRAYS || !names.add(name)) {
          throw new MalformedSampleException(
              "npz: '%s' is one too many; expected at most %d arrays of distinct names that unpack to 1 MiB or at most %d times the payload"
                  .formatted(Json.brief(name), MOST_ARRAYS, LARGEST_RATIO));
        }
        arrays.add(NumpyArray.read(name, array, false));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new MalformedSampleException(
          "npz: %s; expected a zip of npy files"
              .formatted(Json.brief(String.valueOf(e.getMessage()))),
          e);
    }
    if (arrays.isEmpty()) {
      throw new MalformedSampleException("npz: no arrays; expected at least one");
    }
    return arrays;
  }
}
