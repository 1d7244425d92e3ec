package io.gradwatch.importance.layout;

import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelFailureException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a model is said to lie, and what its file must be.
 *
 * @param path a TorchScript file, a TorchServe archive, or a folder in one of the layouts of {@link
 *     ModelLayout}
 * @param version the version to take where the layout has several; null takes the highest
 * @param sha256 that the TorchScript file must have, 64 lower-case hex digits; null takes any
 * @param folders within one of which the file must lie, links resolved; none allows any place
 */
public record ModelLocation(
    Path path, @Nullable String version, @Nullable String sha256, List<Path> folders) {
  public ModelLocation {
    folders = List.copyOf(folders);
  }

  /** A path that somebody names by hand, of which nothing is demanded. */
  public static ModelLocation of(Path path) {
    return new ModelLocation(path, null, null, List.of());
  }

  /**
   * The file's real path: no link leads out of the folders that are allowed.
   *
   * @throws ModelFailureException if it lies in none of them
   */
  Path requireAllowed(Path file) throws IOException {
    Path real = file.toRealPath();
    for (Path folder : folders) {
      if (Files.isDirectory(folder) && real.startsWith(folder.toRealPath())) {
        return real;
      }
    }
    if (folders.isEmpty()) {
      return real;
    }
    throw new ModelFailureException(
        Reason.LOAD,
        "model file %s is really %s, which lies in none of model-folders, %s; move it there, or allow its folder"
            .formatted(file, real, folders));
  }

  /**
   * What lies there now, without reading it: two equal states are of the same file, unchanged. A
   * state in which nothing can be used is that message.
   */
  public String state() {
    try {
      ModelLayout.Found found = ModelLayout.find(path, version);
      Path real = requireAllowed(found.file());
      return "%s %s %s".formatted(found.version(), found.entry(), state(real));
    } catch (IOException e) {
      return "cannot be read: " + e;
    } catch (ModelFailureException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /**
   * Of one file: its place, its size, when it changed, and its inode where there is such a thing.
   */
  static String state(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return "%s %d %s %s"
        .formatted(file, attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
  }
}
