package io.gradwatch.importance.layout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradwatch.importance.layout.ModelLayout.Found;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A {@code .mar} of TorchServe: a zip whose manifest names the serialised model. It is TorchScript
 * only where the manifest names no {@code modelFile}: with one, the serialised file holds the
 * weights of an eager model, whose code is Python.
 */
final class TorchServeArchive {
  static final String MANIFEST = "MAR-INF/MANIFEST.json";
  private static final int LONGEST_MANIFEST = 1 << 20;

  private TorchServeArchive() {}

  static Found find(Path archive) throws IOException {
    try (ZipFile zip = Archives.open(archive)) {
      ZipEntry entry = zip.getEntry(MANIFEST);
      if (entry == null) {
        throw ModelLayout.failure(
            archive, "has no " + MANIFEST + "; expected an archive of TorchServe");
      }
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      Archives.copy(zip, entry, text, LONGEST_MANIFEST);
      Manifest manifest = Manifest.read(archive, text.toString(StandardCharsets.UTF_8));
      if (zip.getEntry(manifest.file()) == null) {
        throw manifest.lacks(archive);
      }
      return new Found("TorchServe archive", archive, manifest.file(), manifest.version());
    }
  }

  /**
   * The same as a folder: torch-model-archiver writes one with {@code --archive-format no-archive}.
   */
  static Found findUnpacked(Path folder) throws IOException {
    Path settings = folder.resolve(MANIFEST);
    Manifest manifest = Manifest.read(settings, ModelLayout.text(settings));
    Path file = ModelLayout.within(folder, manifest.file(), settings);
    if (!Files.isRegularFile(file)) {
      throw manifest.lacks(folder);
    }
    return new Found("TorchServe folder", file, null, manifest.version());
  }

  private record Manifest(String file, @Nullable String version) {
    static Manifest read(Path where, String json) {
      JsonNode model;
      try {
        model = new ObjectMapper().readTree(json).path("model");
      } catch (JsonProcessingException e) {
        throw ModelLayout.failure(where, "has a manifest that is no JSON");
      }
      if (model.hasNonNull("modelFile")) {
        throw ModelLayout.failure(
            where,
            "holds an eager model: its manifest names modelFile '%s', Python code that only TorchServe runs; archive a model that torch.jit.script made, without --model-file"
                .formatted(model.path("modelFile").asText()));
      }
      String file = model.path("serializedFile").asText();
      if (file.isEmpty()) {
        throw ModelLayout.failure(
            where, "has a manifest without serializedFile; expected a TorchScript file there");
      }
      String version = model.path("modelVersion").asText();
      return new Manifest(file, version.isEmpty() ? null : version);
    }

    RuntimeException lacks(Path where) {
      return ModelLayout.failure(where, "lacks '%s', which its manifest names".formatted(file));
    }
  }
}
