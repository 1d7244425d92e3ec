package io.gradwatch.importance.layout;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Zip archives within limits, so that a small file cannot fill memory or disk: at most {@value
 * #MOST_ENTRIES} entries, 64 GiB unpacked, and 200 times the archive's own size where that is more
 * than 256 MiB. No name may lead out of where it is unpacked.
 */
final class Archives {
  private static final int MOST_ENTRIES = 100_000;
  private static final long LARGEST = 64L << 30;
  private static final long ANY_RATIO = 256L << 20;
  private static final int LARGEST_RATIO = 200;
  private static final int BUFFER = 1 << 16;

  private Archives() {}

  /**
   * Opens an archive.
   *
   * @throws java.util.zip.ZipException if it is no zip
   * @throws io.gradwatch.importance.ModelFailureException if it is beyond a limit
   */
  static ZipFile open(Path file) throws IOException {
    ZipFile zip = new ZipFile(file.toFile());
    try {
      check(file, zip);
      return zip;
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  private static void check(Path file, ZipFile zip) throws IOException {
    if (zip.size() > MOST_ENTRIES) {
      throw ModelLayout.failure(
          file, "has %d entries; expected at most %d".formatted(zip.size(), MOST_ENTRIES));
    }
    long total = 0;
    for (ZipEntry entry :
        (Iterable<ZipEntry>) () -> zip.stream().map(e -> (ZipEntry) e).iterator()) {
      if (leadsOut(entry.getName())) {
        throw ModelLayout.failure(
            file, "has an entry '%s', which leads out of the archive".formatted(entry.getName()));
      }
      total += Math.min(Math.max(0, entry.getSize()), LARGEST);
      if (total > LARGEST || (total > ANY_RATIO && total / LARGEST_RATIO > Files.size(file))) {
        throw ModelLayout.failure(
            file,
            "has %d bytes and unpacks to %d or more; expected at most 64 GiB, and %d times its size"
                .formatted(Files.size(file), total, LARGEST_RATIO));
      }
    }
  }

  private static boolean leadsOut(String name) {
    return name.startsWith("/")
        || name.indexOf('\\') >= 0
        || ("/" + name + "/").contains("/../")
        || name.matches("[A-Za-z]:.*");
  }

  /** Unpacks an entry, but never more than it declares or {@code most} bytes. */
  static void copy(ZipFile zip, ZipEntry entry, OutputStream out, long most) throws IOException {
    long left = Math.min(entry.getSize(), most);
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        left -= read;
        if (left < 0) {
          throw ModelLayout.failure(
              Path.of(zip.getName()),
              "has an entry '%s' that is longer than it says, or than %d bytes"
                  .formatted(entry.getName(), most));
        }
        out.write(buffer, 0, read);
      }
    }
  }

  static void copy(ZipFile zip, ZipEntry entry, OutputStream out) throws IOException {
    copy(zip, entry, out, LARGEST);
  }
}
