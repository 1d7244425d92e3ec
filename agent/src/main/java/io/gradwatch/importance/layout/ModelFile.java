package io.gradwatch.importance.layout;

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
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A file that was found to be a TorchScript archive, a zip with {@code constants.pkl} and {@code
 * code/}, which a pickled state or module has not; and to be the one that is expected. Where it
 * came out of another archive it is a copy, which is deleted at {@link #close}.
 *
 * @param path of the file to load, links resolved
 * @param version the name that its layout gives, else its name without extension; and its SHA-256
 * @param shown path under which messages speak of it
 * @param state of the file when it was opened, see {@link ModelLocation#state()}
 * @param isCopy whether it is deleted
 */
public record ModelFile(Path path, ModelVersion version, Path shown, String state, boolean isCopy)
    implements AutoCloseable {
  private static final String HOW_TO_SAVE =
      "save the model with torch.jit.script(model).save(path) or torch.jit.trace";

  /**
   * Looks at a file before libtorch does, whose own messages do not say what to do, and which runs
   * what it loads.
   *
   * @throws ModelFailureException if there is no such file, it is no TorchScript archive, or not
   *     the one that the location demands
   */
  public static ModelFile open(ModelLocation location) {
    ModelLayout.Found found = ModelLayout.find(location.path(), location.version());
    if (!Files.isRegularFile(found.file())) {
      throw failure(found.file(), "is missing or no regular file; check the model's path", null);
    }
    Path copy = null;
    try {
      Path real = location.requireAllowed(found.file());
      String state = ModelLocation.state(real);
      copy = found.entry() == null ? null : unpack(real, found.entry());
      Path path = copy == null ? real : copy;
      checkArchive(path, found.file());
      String name = found.version() == null ? stem(found.file()) : found.version();
      ModelVersion version = new ModelVersion(name, sha256(path));
      require(location, found.file(), version);
      ModelFile file = new ModelFile(path, version, found.file(), state, copy != null);
      copy = null;
      return file;
    } catch (IOException e) {
      throw failure(found.file(), "cannot be read: " + e, e);
    } finally {
      delete(copy);
    }
  }

  /**
   * Sees that nobody wrote into the file since it was opened.
   *
   * @throws ModelFailureException if somebody did: what was loaded may be half of it
   */
  public void requireUnchanged() {
    try {
      if (isCopy || state.equals(ModelLocation.state(path))) {
        return;
      }
    } catch (IOException e) {
      throw failure(shown, "went away while it was loaded", e);
    }
    throw failure(shown, "changed while it was loaded", null);
  }

  @Override
  public void close() {
    delete(isCopy ? path : null);
  }

  private static void delete(@Nullable Path copy) {
    try {
      if (copy != null) {
        Files.deleteIfExists(copy);
      }
    } catch (IOException e) {
      copy.toFile().deleteOnExit();
    }
  }

  private static Path unpack(Path archive, String entry) throws IOException {
    Path copy = Files.createTempFile("gradwatch-model-", ".pt");
    try (ZipFile zip = Archives.open(archive);
        OutputStream out = Files.newOutputStream(copy)) {
      Archives.copy(zip, Objects.requireNonNull(zip.getEntry(entry)), out);
      return copy;
    } catch (IOException | RuntimeException e) {
      delete(copy);
      throw e;
    }
  }

  private static void require(ModelLocation location, Path file, ModelVersion version) {
    String expected = location.sha256();
    if (expected != null && !expected.equals(version.sha256())) {
      throw new ModelFailureException(
          Reason.LOAD,
          "model file %s has SHA-256 %s, the configuration expects %s: another file lies there, or sha256 is out of date"
              .formatted(file, version.sha256(), expected));
    }
  }

  private static void checkArchive(Path path, Path shown) throws IOException {
    try (ZipFile zip = Archives.open(path)) {
      boolean constants = zip.stream().map(ZipEntry::getName).anyMatch(ModelFile::isConstants);
      boolean code = zip.stream().map(ZipEntry::getName).anyMatch(n -> n.contains("/code/"));
      if (!constants || !code) {
        throw failure(
            shown, "is a zip archive but no TorchScript (a pickle?); " + HOW_TO_SAVE, null);
      }
    } catch (ZipException e) {
      throw failure(shown, "is no TorchScript (not a zip archive); " + HOW_TO_SAVE, e);
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
