package io.gradwatch.importance.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gradwatch.importance.Digits;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.device.TestDevice;
import io.gradwatch.importance.device.TorchScript;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelLayoutTest {
  private static final String MANIFEST =
      "{'model': {'modelName': 'd', 'serializedFile': 'digits.pt', 'handler': 'h', 'modelVersion': '2.0'}}";

  @TempDir private Path root;
  private Path folder;

  @BeforeEach
  void makeTheFolder() throws IOException {
    folder = Files.createDirectories(root.resolve("fraud"));
  }

  @Test
  void takesTritonsHighestVersionByItsNumber() throws IOException {
    write("config.pbtxt", "name: \"fraud\"\nplatform: \"pytorch_libtorch\" # as Triton says");
    for (String version : List.of("2", "10", "011", "latest")) {
      model(version + "/model.pt");
    }

    assertThat(found(null)).isEqualTo("10/model.pt 10");
    assertThat(found("2")).isEqualTo("2/model.pt 2");
    refuses(null, "3", "has no version '3'; found [10, 2]");
  }

  @Test
  void readsTritonsSettings() throws IOException {
    model("1/net.pt");
    write("config.pbtxt", "backend: \"pytorch\"\ndefault_model_filename: \"net.pt\"");
    assertThat(found(null)).isEqualTo("1/net.pt 1");
    write("config.pbtxt", "default_model_filename: \"../../net.pt\"");
    refuses(null, null, "names '../../net.pt', which leads out of its folder");
    write("config.pbtxt", "platform: \"onnxruntime_onnx\"");
    refuses(null, null, "config.pbtxt says 'onnxruntime_onnx'; expected backend pytorch");
    write("config.pbtxt", "version_policy: { specific: { versions: [1] } }");
    refuses(null, null, "serves specific versions only (version_policy); name one");
    assertThat(found("1")).isEqualTo("1/model.pt 1");
  }

  /** Left: the files there. Right: the one that is taken. */
  @ParameterizedTest
  @CsvSource({
    "other.pt model.pt,               model.pt",
    "other.pt model.pt fraud.pt,      fraud.pt",
    "only-one.pth config.json .a.pt,  only-one.pth",
    "MLmodel data/model.pth,          data/model.pth",
    "MAR-INF/MANIFEST.json digits.pt, digits.pt 2.0",
  })
  void takesTheFileThatTheServerWouldTake(String files, String taken) throws IOException {
    for (String file : files.split(" ", -1)) {
      write(file, MANIFEST.replace('\'', '"'));
    }
    assertThat(found(null)).isEqualTo(taken);
  }

  @Test
  void readsTheSettingsOfDjl() throws IOException {
    model("a.pt");
    model("v7.pt");
    write("serving.properties", "engine=PyTorch\noption.modelName=v7");
    assertThat(found(null)).isEqualTo("v7.pt");
    write("serving.properties", "option.modelName=v8");
    refuses(null, null, "holds a.pt, serving.properties, v7.pt; expected v8.pt");
    model("fraud.pt");
    assertThat(found(null)).isEqualTo("fraud.pt");
    write("serving.properties", "engine=OnnxRuntime");
    refuses(null, null, "serving.properties says engine 'OnnxRuntime'; expected PyTorch");
    write("serving.properties", "");
    refuses(null, "3", "is a DJL model without versions, the configuration expects version '3'");
  }

  @Test
  void saysWhatAFolderHoldsInsteadOfAModel() throws IOException {
    refuses(null, null, "fraud holds nothing; expected one *.pt, or a layout of DJL, Triton");
    write("a.onnx", "");
    model("b.pt");
    model("c.pt");
    refuses(null, null, "holds a.onnx, b.pt, c.pt; expected one *.pt");
  }

  @Test
  void loadsTheModelInAnArchiveOfTorchServe() throws IOException {
    Path archive = mar(MANIFEST, Map.of("digits.pt", Files.readAllBytes(Digits.MODEL)));

    try (TorchScript model = TorchScript.load(archive, TestDevice.SETTINGS);
        TorchScript plain = TorchScript.load(Digits.MODEL, TestDevice.SETTINGS)) {
      assertThat(model.version().name()).isEqualTo("2.0");
      assertThat(model.version().sha256()).isEqualTo(plain.version().sha256());
    }
    Path copy;
    try (ModelFile file = ModelFile.open(ModelLocation.of(archive))) {
      copy = file.path();
      assertThat(copy).exists();
    }
    assertThat(copy).doesNotExist();
    refuses(archive, "1.0", "TorchServe archive with version '2.0', the configuration expects");
  }

  @Test
  void refusesArchivesThatHoldNoTorchScript() throws IOException {
    byte[] weights = "weights".getBytes(StandardCharsets.UTF_8);
    Map<String, byte[]> files = Map.of("digits.pt", weights);
    refuses(
        mar(MANIFEST.replace("'handler'", "'modelFile': 'net.py', 'handler'"), files),
        null,
        "holds an eager model: its manifest names modelFile 'net.py'");
    refuses(mar(MANIFEST, files), null, "m.mar is no TorchScript (not a zip archive)");
    refuses(mar(MANIFEST, Map.of("a.pt", weights)), null, "lacks 'digits.pt', which its manifest");
    refuses(mar("{'model': {}}", files), null, "manifest without serializedFile");
    refuses(mar("{'model", files), null, "has a manifest that is no JSON");
    refuses(zip(Map.of("a", weights)), null, "has no MAR-INF/MANIFEST.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../model.pt", "/etc/model.pt", "a/../../b", "a\\b", "C:/b"})
  void refusesArchivesWhoseNamesLeadOut(String name) throws IOException {
    refuses(mar(MANIFEST, Map.of(name, new byte[1])), null, "'" + name + "', which leads out of");
  }

  @Test
  void refusesArchivesThatAreLargerThanTheyLook() throws IOException {
    Map<String, byte[]> many = new LinkedHashMap<>();
    for (int i = 0; i <= 100_000; i++) {
      many.put("e" + i, new byte[0]);
    }
    refuses(mar(MANIFEST, many), null, "has 100002 entries; expected at most 100000");
    Path bomb = root.resolve("bomb.pt");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(bomb))) {
      zip.putNextEntry(new ZipEntry("m/data"));
      for (int i = 0; i < 300; i++) {
        zip.write(new byte[1 << 20]);
      }
    }
    refuses(bomb, null, "unpacks to 314572800 or more; expected at most 64 GiB, and 200 times");
  }

  @Test
  void refusesFilesThatAreReallyOutsideTheAllowedFolders() throws IOException {
    Path outside = Files.copy(Digits.MODEL, root.resolve("outside.pt"));
    Path link = Files.createSymbolicLink(folder.resolve("model.pt"), outside);
    ModelLocation location = new ModelLocation(link, null, null, List.of(folder));

    assertThatThrownBy(() -> ModelFile.open(location))
        .hasMessageContaining("model.pt is really " + outside.toRealPath())
        .hasMessageContaining("lies in none of model-folders");
    ModelLocation allowed = new ModelLocation(link, null, null, List.of(folder, root));
    assertThat(ModelFile.open(allowed).path()).isEqualTo(outside.toRealPath());
  }

  @Test
  void refusesAnotherFileBeforeItIsLoaded() {
    ModelLocation pinned = new ModelLocation(Digits.MODEL, null, "0".repeat(64), List.of());
    assertThatThrownBy(() -> ModelFile.open(pinned))
        .hasMessageContaining("the configuration expects " + "0".repeat(64));
  }

  @Test
  void knowsByItsStateThatAFileChanged() throws IOException {
    ModelLocation location = ModelLocation.of(folder);
    String none = location.state();
    model("model.pt");
    String first = location.state();
    assertThat(first).isNotEqualTo(none).isEqualTo(location.state());
    ModelFile opened;
    Files.copy(Digits.MODEL, root.resolve("new.pt"));
    Files.delete(folder.resolve("model.pt"));
    Files.createSymbolicLink(folder.resolve("model.pt"), root.resolve("new.pt"));
    assertThat(location.state()).isNotEqualTo(first);
    opened = ModelFile.open(location);
    opened.requireUnchanged();
    Files.write(root.resolve("new.pt"), new byte[1]);
    assertThatThrownBy(opened::requireUnchanged)
        .isInstanceOf(ModelFailureException.class)
        .hasMessageEndingWith("changed while it was loaded");
  }

  private String found(@Nullable String version) {
    ModelLayout.Found found = ModelLayout.find(folder, version);
    String file = folder.relativize(found.file()).toString();
    return found.version() == null ? file : file + " " + found.version();
  }

  private void refuses(@Nullable Path path, @Nullable String version, String message) {
    ModelLocation location =
        new ModelLocation(path == null ? folder : path, version, null, List.of());
    assertThatThrownBy(() -> ModelFile.open(location))
        .isInstanceOf(ModelFailureException.class)
        .hasMessageContaining(message);
  }

  private void model(String file) throws IOException {
    write(file, "");
  }

  private void write(String file, String text) throws IOException {
    Files.createDirectories(folder.resolve(file).getParent());
    Files.writeString(folder.resolve(file), text);
  }

  private Path mar(String manifest, Map<String, byte[]> files) throws IOException {
    Map<String, byte[]> all = new LinkedHashMap<>(files);
    byte[] json = manifest.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    all.put("MAR-INF/MANIFEST.json", json);
    return zip(all);
  }

  private Path zip(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue());
      }
    }
    Path archive = root.resolve("m.mar");
    try (OutputStream out = Files.newOutputStream(archive)) {
      bytes.writeTo(out);
    }
    return archive;
  }
}
