package io.gradwatch.cli;

import io.gradwatch.agent.BaselineFile;
import io.gradwatch.cli.BaselineOptions.Opened;
import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.BaselineCatalogue;
import io.gradwatch.drift.StoredBaseline;
import io.gradwatch.drift.StoredBaseline.Origin;
import io.gradwatch.importance.ModelVersion;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a baseline from a file. */
@Command(
    name = "import",
    description = {
      "Takes a baseline from a file that 'export' or 'create' wrote. It counts once it is"
          + " approved.",
      "It must be of the model file that the configuration names, or of a version that"
          + " already has baselines."
    },
    footer = {"%nExample:", "  gradwatch baseline import --config gradwatch.yaml fraud fraud.json"})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class BaselineImport implements Callable<Integer> {
  @Mixin private BaselineOptions options;
  @Mixin private BaselineWriter writer;

  @Parameters(index = "1", paramLabel = "FILE", description = "the file")
  private Path file;

  @Option(names = "--note", paramLabel = "TEXT", description = "what others should know of it")
  private @Nullable String note;

  @Override
  public Integer call() throws Exception {
    Baseline baseline = BaselineFile.read(file);
    Opened opened = options.open();
    List<ModelVersion> known =
        Stream.concat(
                BaselineOptions.deployed(opened.settings()).stream(),
                opened.topic().read(opened.model()).stream()
                    .map(BaselineCatalogue::version)
                    .flatMap(Optional::stream))
            .toList();
    String sha256 = baseline.fingerprint().sha256();
    ModelVersion version =
        known.stream()
            .filter(candidate -> candidate.sha256().equals(sha256))
            .findFirst()
            .orElseThrow(() -> ofAnother(opened, sha256, known));
    StoredBaseline stored =
        StoredBaseline.of(
            opened.model(),
            version,
            Origin.IMPORT,
            InstantSource.system().millis(),
            BaselineOptions.user(),
            note,
            baseline);
    writer.publish(opened, stored);
    return 0;
  }

  private IllegalArgumentException ofAnother(
      Opened opened, String sha256, List<ModelVersion> known) {
    return new IllegalArgumentException(
        "%s is a baseline of model file %s, which is none of model '%s' (%s)"
            .formatted(
                file,
                sha256,
                opened.model(),
                known.isEmpty()
                    ? "whose file is not here"
                    : String.join(", ", known.stream().map(ModelVersion::sha256).toList())));
  }
}
