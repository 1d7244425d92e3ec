package io.gradwatch.bench;

import io.gradwatch.importance.Digits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The models of the drift benchmark: the demo's, or what bench_drift_models.py trains. */
final class DriftModels {
  private static final Path FOLDER = Path.of("target/bench/drift-models");

  private DriftModels() {}

  /** Trains the models of the first runs that are missing or whose rows are others. */
  static void train(Python python, int runs) throws IOException, InterruptedException {
    Files.createDirectories(FOLDER);
    for (DriftStream stream : DriftStream.values()) {
      for (int run = 0; run < runs && stream != DriftStream.DIGITS; run++) {
        byte[] rows = bytes(stream, stream.start(stream.quiet(run)));
        Path file = FOLDER.resolve(name(stream, run) + ".rows");
        if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), rows)) {
          Files.write(file, rows);
        }
      }
    }
    python.run("bench_drift_models.py", FOLDER.toString());
  }

  static Path file(DriftStream stream, int run) {
    return stream == DriftStream.DIGITS ? Digits.MODEL : FOLDER.resolve(name(stream, run) + ".pt");
  }

  private static String name(DriftStream stream, int run) {
    return stream.label() + "-" + run;
  }

  private static byte[] bytes(DriftStream stream, List<LabelledRow> rows) {
    ByteBuffer bytes =
        ByteBuffer.allocate(4 * (3 + rows.size() * (stream.features + 1)))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(rows.size()).putInt(stream.features).putInt(stream.classes);
    for (LabelledRow row : rows) {
      for (float value : row.values()) {
        bytes.putFloat(value);
      }
    }
    rows.forEach(row -> bytes.putInt(row.label()));
    return bytes.array();
  }
}
