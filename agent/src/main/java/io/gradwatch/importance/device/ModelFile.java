package io.gradwatch.importance.device;

import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.ModelVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A file that was found to be a TorchScript archive: a zip with {@code constants.pkl} and {@code
 * code/}, which a pickled state or module has not.
 *
 * @param path where it is
 * @param version its name without extension, and its SHA-256
 */
public record ModelFile(Path path, ModelVersion version) {
  private static final String HOW_TO_SAVE =
      "save the model with torch.jit.script(model).save(path) or torch.jit.trace";

  /**
   * Looks at a file before libtorch does, whose own messages do not say what to do.
   *
   * @throws ModelFailureException if there is no such file, or it is no TorchScript archive
   */
  public static ModelFile open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw failure(path, "is missing or no regular file; check the model's path", null);
    }
    try {
      checkArchive(path);
      return new ModelFile(path, new ModelVersion(stem(path), sha256(path)));
    } catch (IOException e) {
      throw failure(path, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static void checkArchive(Path path) throws IOException {
    try (ZipFile zip = new ZipFile(path.toFile())) {
      boolean constants = zip.stream().map(ZipEntry::getName).anyMatch(ModelFile::isConstants);
      boolean code = zip.stream().map(ZipEntry::getName).anyMatch(n -> n.contains("/code/"));
      if (!constants || !code) {
        throw failure(
            path, "is a zip archive but no TorchScript (a pickle?); " + HOW_TO_SAVE, null);
      }
    } catch (ZipException e) {
      throw failure(path, "is no TorchScript (not a zip archive); " + HOW_TO_SAVE, e);
    }
  }

  private static boolean isConstants(String entry) {
    return entry.endsWith("/constants.pkl");
  }

  private static String stem(Path path) {
    String name = String.valueOf(path.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private static String sha256(Path path) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  private static ModelFailureException failure(Path path, String what, @Nullable Throwable cause) {
    return new ModelFailureException(Reason.LOAD, "model file " + path + " " + what, cause);
  }
}
