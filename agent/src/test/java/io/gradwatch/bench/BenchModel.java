package io.gradwatch.bench;

import io.gradwatch.importance.Digits;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.OnePass;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Samples;
import io.gradwatch.importance.Task;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The models of the benchmark, all with ten logits: the demo's, which is trained and has real
 * digits, and those that bench_models.py makes, which have random weights and standard normal
 * inputs or random tokens. On one thread of the CPU.
 */
enum BenchModel {
  /** 3,658 parameters; digits of 8 x 8. */
  DIGITS(512),
  /** Two hidden layers of 256 over 784 inputs: 269,322 parameters. */
  MLP(512),
  /** Two convolutions and two linear layers over 28 x 28 pixels: 215,370 parameters. */
  CNN(512),
  /** Two layers of width 64 and four heads over 32 tokens: 166,794 parameters. */
  TRANSFORMER(512),
  /** Torchvision's, over 3 x 64 x 64 pixels, the size of Tiny ImageNet: 11,181,642 parameters. */
  RESNET18(64);

  static final Path FOLDER = Path.of("target/bench/models");
  static final int OUTPUTS = 10;
  private static final int TOKENS = 1000;
  private static final DeviceSettings DEVICE = new DeviceSettings("cpu", 1);

  /** Samples of a window where time is measured. */
  final int window;

  BenchModel(int window) {
    this.window = window;
  }

  /** Makes the files that are missing. */
  static void makeAll(Python python) throws IOException, InterruptedException {
    for (BenchModel model : values()) {
      if (!Files.exists(model.file())) {
        python.run("bench_models.py", FOLDER.toString());
      }
    }
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  Path file() {
    return this == DIGITS ? Digits.MODEL : FOLDER.resolve(label() + ".pt");
  }

  TorchScript load() {
    return TorchScript.load(file(), DEVICE);
  }

  /** The same samples each time. */
  List<InferenceSample> samples(int count) {
    if (this == DIGITS) {
      return Digits.heldOut().subList(0, count);
    }
    SplittableRandom random = new SplittableRandom(1);
    List<InferenceSample> samples = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      samples.add(this == TRANSFORMER ? tokens(random) : normal(random));
    }
    return samples;
  }

  /** Writes samples as bare FP32 in native order, for Python. */
  Path write(List<InferenceSample> samples) throws IOException {
    int bytes = samples.get(0).inputs().get(0).data().remaining();
    ByteBuffer all = ByteBuffer.allocate(samples.size() * bytes);
    samples.forEach(sample -> all.put(sample.inputs().get(0).data()));
    Path file = FOLDER.resolve(label() + ".f32");
    Files.createDirectories(FOLDER);
    return Files.write(file, all.array());
  }

  /** All methods of the one pass. */
  static ImportanceSnapshot importance(
      TorchScript model, List<InferenceSample> samples, int microBatch, long window) {
    ImportanceSettings settings =
        new ImportanceSettings(
            Task.CLASSIFICATION,
            OutputKind.LOGITS,
            ImportanceMethod.onePassMethods(),
            microBatch,
            false,
            List.of());
    return OnePass.importance(
        model, settings, Samples.batch("bench", window, samples), System::nanoTime);
  }

  private static InferenceSample tokens(SplittableRandom random) {
    return Samples.of(null, Samples.longs(random.longs(32, 0, TOKENS).toArray()));
  }

  private InferenceSample normal(SplittableRandom random) {
    int values = Math.toIntExact(extents().stream().reduce(1L, (a, b) -> a * b));
    float[] x = new float[values];
    for (int i = 0; i < values; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return Samples.of(null, Samples.floats(extents(), x));
  }

  private List<Long> extents() {
    return switch (this) {
      case DIGITS -> List.of(1L, 8L, 8L);
      case MLP -> List.of(784L);
      case CNN -> List.of(1L, 28L, 28L);
      case TRANSFORMER -> List.of(32L);
      case RESNET18 -> List.of(3L, 64L, 64L);
    };
  }
}
