package io.gradwatch.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The importance of one window in a process of its own; the twin of bench_peers.py.
 *
 * <p>Usage: {@code OneProcess <model> <micro-batch> <rounds>}. Prints JSON: seconds of each round
 * after a first one, the peak of resident memory, what of it was there before the model was loaded,
 * and the model's Fisher.
 */
final class OneProcess {
  private OneProcess() {}

  public static void main(String[] arguments) throws IOException {
    BenchModel model = BenchModel.valueOf(arguments[0]);
    int microBatch = Integer.parseInt(arguments[1]);
    int rounds = Integer.parseInt(arguments[2]);
    List<InferenceSample> samples = model.samples(model.window);
    // Starts libtorch, as the import of torch does there.
    BenchModel.DIGITS.load().close();
    double before = Memory.residentMiB();
    double[] seconds = new double[rounds];
    double fisher = 0;
    try (TorchScript script = model.load()) {
      for (int round = -1; round < rounds; round++) {
        ImportanceSnapshot snapshot = BenchModel.importance(script, samples, microBatch, round);
        if (round >= 0) {
          seconds[round] = snapshot.seconds();
          fisher +=
              snapshot.groups().stream()
                      .mapToDouble(g -> Objects.requireNonNull(g.methods().get("fisher")).mean())
                      .sum()
                  / rounds;
        }
      }
    }
    System.out.println(
        new ObjectMapper()
            .writeValueAsString(
                Map.of(
                    "seconds", seconds,
                    "peakMiB", Memory.peakMiB(),
                    "beforeMiB", before,
                    "fisher", fisher)));
  }
}
