package io.gradwatch.importance.layout;

import static java.util.Comparator.comparing;

import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelFailureException.Reason;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the one model file below a path, as the server that the layout belongs to would.
 *
 * <ul>
 *   <li>Triton: {@code config.pbtxt} and folders of versions, {@code 3/model.pt}
 *   <li>DJL, DJL Serving: {@code serving.properties} and {@code <name>.pt}, where the name is
 *       {@code option.modelName}, the folder's, or {@code model}
 *   <li>TorchServe: {@code name.mar}, alone or in {@code model-store/}; or the same unpacked
 *   <li>MLflow: {@code MLmodel} and {@code data/model.pth}
 *   <li>a folder with one model file
 * </ul>
 *
 * <p>A pure function of the path and what lies there.
 */
public final class ModelLayout {
  /** Files of settings are short; a longer one is something else. */
  private static final int LONGEST = 1 << 20;

  private static final int SHOWN = 8;

  /** As Triton reads them: other folders, and numbers with leading zeros, are no versions. */
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,17}");

  private static final Pattern MODEL_FILE = Pattern.compile("[^.].*\\.(pt|pth|ts)");
  private static final Pattern ARCHIVE = Pattern.compile("[^.].*\\.mar");

  private ModelLayout() {}

  /**
   * What was found.
   *
   * @param layout for people
   * @param file the TorchScript file, or the archive that holds it
   * @param entry of the archive; null where the file itself is TorchScript
   * @param version the name that the layout gives the version; null where it gives none
   */
  public record Found(String layout, Path file, @Nullable String entry, @Nullable String version) {}

  /**
   * Finds the model file.
   *
   * @param version the version to take; null for the highest
   * @throws ModelFailureException which says what was found and what was expected
   */
  public static Found find(Path path, @Nullable String version) {
    try {
      Found found = Files.isDirectory(path) ? folder(path, version) : file(path);
      if (version != null && !version.equals(found.version())) {
        throw failure(
            path,
            "is a %s %s, the configuration expects version '%s'; correct the model's version, or remove it"
                .formatted(
                    found.layout(),
                    found.version() == null
                        ? "without versions"
                        : "with version '" + found.version() + "'",
                    version));
      }
      return found;
    } catch (IOException e) {
      throw new ModelFailureException(
          Reason.LOAD, "model %s cannot be read: %s".formatted(path, e), e);
    }
  }

  private static Found file(Path file) throws IOException {
    return name(file).endsWith(".mar") && Files.isRegularFile(file)
        ? TorchServeArchive.find(file)
        : new Found("file", file, null, null);
  }

  private static Found folder(Path folder, @Nullable String version) throws IOException {
    if (Files.exists(folder.resolve("config.pbtxt"))
        || !names(folder, VERSION, Files::isDirectory).isEmpty()) {
      return triton(folder, version);
    }
    if (Files.exists(folder.resolve(TorchServeArchive.MANIFEST))) {
      return TorchServeArchive.findUnpacked(folder);
    }
    if (Files.isDirectory(folder.resolve("model-store"))) {
      return TorchServeArchive.find(only(folder.resolve("model-store"), ARCHIVE, "one *.mar"));
    }
    if (Files.exists(folder.resolve("MLmodel"))) {
      return new Found("MLflow model", folder.resolve("data/model.pth"), null, null);
    }
    return djl(folder);
  }

  private static Found triton(Path folder, @Nullable String version) throws IOException {
    Path config = folder.resolve("config.pbtxt");
    String text = Files.exists(config) ? text(config).replaceAll("#[^\n]*", "") : "";
    String server = value(text, "backend").or(() -> value(text, "platform")).orElse("pytorch");
    if (!server.startsWith("pytorch")) {
      throw failure(config, "says '%s'; expected backend pytorch".formatted(server));
    }
    if (version == null && Pattern.compile("\\bspecific\\b").matcher(text).find()) {
      throw failure(
          config,
          "serves specific versions only (version_policy); name one as the model's version");
    }
    List<String> versions = names(folder, VERSION, Files::isDirectory);
    if (version == null && versions.isEmpty()) {
      throw expected(folder, "a folder of a version, such as 1");
    }
    String taken =
        version != null ? version : Collections.max(versions, comparing(BigInteger::new));
    if (!versions.contains(taken)) {
      throw failure(folder, "has no version '%s'; found %s".formatted(taken, versions));
    }
    String name = value(text, "default_model_filename").orElse("model.pt");
    return new Found("Triton model", within(folder.resolve(taken), name, config), null, taken);
  }

  private static Found djl(Path folder) throws IOException {
    Path settings = folder.resolve("serving.properties");
    Properties properties = new Properties();
    if (Files.exists(settings)) {
      try (Reader reader = new StringReader(text(settings))) {
        properties.load(reader);
      }
    }
    String engine = properties.getProperty("engine", "PyTorch").strip();
    if (!engine.equalsIgnoreCase("PyTorch")) {
      throw failure(settings, "says engine '%s'; expected PyTorch".formatted(engine));
    }
    String layout = Files.exists(settings) ? "DJL model" : "folder";
    String named =
        properties.getProperty("option.modelName", properties.getProperty("option.modeName"));
    Path real = folder.toAbsolutePath().normalize();
    List<String> candidates =
        Stream.of(named, name(real), "model").filter(Objects::nonNull).toList();
    for (String candidate : candidates) {
      String name = candidate.endsWith(".pt") ? candidate : candidate + ".pt";
      Path file = within(folder, name, settings);
      if (Files.isRegularFile(file)) {
        return new Found(layout, file, null, null);
      }
    }
    if (named != null) {
      throw expected(folder, named + ".pt, which serving.properties names");
    }
    return new Found(
        layout,
        only(folder, MODEL_FILE, "one *.pt, or a layout of DJL, Triton or TorchServe"),
        null,
        null);
  }

  private static Path only(Path folder, Pattern pattern, String expected) throws IOException {
    List<String> names = names(folder, pattern, Files::isRegularFile);
    if (names.size() != 1) {
      throw expected(folder, expected);
    }
    return folder.resolve(names.get(0));
  }

  /** A file that settings name: they must not lead out of the folder. */
  static Path within(Path folder, String name, Path settings) {
    // The folder may be ".", within which no relative path lies.
    Path within = folder.toAbsolutePath().normalize();
    if (!within.resolve(name).normalize().startsWith(within)) {
      throw failure(settings, "names '%s', which leads out of its folder".formatted(name));
    }
    return folder.resolve(name).normalize();
  }

  static String text(Path file) throws IOException {
    if (Files.size(file) > LONGEST) {
      throw failure(file, "has %d bytes; expected at most %d".formatted(Files.size(file), LONGEST));
    }
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private static Optional<String> value(String text, String key) {
    Matcher found = Pattern.compile("\\b" + key + "\\s*:\\s*[\"']([^\"']+)[\"']").matcher(text);
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  private static List<String> names(Path folder, Pattern pattern, Predicate<Path> kind)
      throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> pattern.matcher(name(file)).matches() && kind.test(file))
          .map(ModelLayout::name)
          .sorted()
          .toList();
    }
  }

  static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static ModelFailureException expected(Path folder, String expected) throws IOException {
    List<String> found = names(folder, Pattern.compile("[^.].*"), file -> true);
    return failure(
        folder,
        "holds %s; expected %s"
            .formatted(
                found.isEmpty()
                    ? "nothing"
                    : String.join(", ", found.subList(0, Math.min(SHOWN, found.size())))
                        + (found.size() > SHOWN ? ", ..." : ""),
                expected));
  }

  static ModelFailureException failure(Path path, String what) {
    return new ModelFailureException(Reason.LOAD, "model %s %s".formatted(path, what));
  }
}
