package io.gradwatch.cli;

import io.gradwatch.agent.Readers;
import io.gradwatch.cli.BaselineOptions.Opened;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitSamples;
import io.gradwatch.demo.Shift;
import io.gradwatch.drift.DriftSettings;
import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.Tuning;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.JsonLines;
import io.gradwatch.selftest.Injection;
import io.gradwatch.selftest.Injections;
import io.gradwatch.selftest.Plan;
import io.gradwatch.selftest.Recording;
import io.gradwatch.selftest.WindowMaker;
import io.gradwatch.window.WindowSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What a self-test is made of. Holds the model open, until closed.
 *
 * @param version name and digest of the model's file
 * @param samples a window
 * @param model computes shifted windows; null where no shift is put in
 */
record SelfTestSubject(
    String version,
    DriftSettings settings,
    Plan plan,
    Recording recording,
    int samples,
    @Nullable WindowMaker model,
    Injections injections)
    implements AutoCloseable {
  static final int DEMO_RUNS = 8;

  /** Samples a window of the demonstration's own configuration. */
  static final int DEMO_SAMPLES = 256;

  private static final long DEMO_SEED = 20260302;
  private static final Injections NO_INJECTIONS = new Injections(List.of(), List.of());

  /** A file of samples, without Kafka. */
  static SelfTestSubject ofFile(CommandSpec spec, Windows windows, double strength, Plan.Wish wish)
      throws IOException {
    int size = size(spec, windows.size);
    DriftSettings settings = windows.drift.settings();
    List<InferenceSample> samples = windows.options.read();
    Plan plan = ModelOptions.usage(spec, () -> Plan.of(settings, samples.size() / size, wish));
    Injections injections = Injections.of(samples, windows.options.task, "0", strength);
    WindowMaker computed = computed(windows, windows.options.open(), samples, size);
    return of(settings, plan, computed, samples, injections);
  }

  /** The demonstration's digits, drawn afresh for every run. */
  static SelfTestSubject ofDemo(
      CommandSpec spec, Windows windows, int samplesAWindow, double strength, Plan.Wish wish)
      throws IOException {
    int size = size(spec, samplesAWindow);
    Path folder = Path.of(System.getProperty("gradwatch.home", ".")).resolve("demo");
    DriftSettings settings = windows.drift.settings();
    Integer runs = wish.runs();
    int available =
        (runs == null ? DEMO_RUNS : runs)
            * (Plan.baselineWindows(settings) + wish.windows(settings));
    Plan plan = ModelOptions.usage(spec, () -> Plan.of(settings, available, wish));
    DigitSamples digits = new DigitSamples(DigitFile.heldOut(folder.resolve("digits.csv.gz")));
    List<InferenceSample> samples = digits.draw(Math.multiplyExact(available, size), DEMO_SEED);
    DeviceSettings device = windows.options.deviceSettings(spec);
    DifferentiableModel model =
        TorchScript.load(folder.resolve("digits.pt"), device, OutputPick.FIRST);
    Injections any = Injections.of(samples, windows.options.task, "logits", strength);
    List<Injection> injections = new ArrayList<>();
    for (Shift shift : List.of(Shift.ROTATED, Shift.INVERTED, Shift.FADED)) {
      injections.add(
          Injection.of(
              shift.label(),
              "every digit " + shift.label(),
              (sample, random) -> digits.shifted(sample, shift)));
    }
    injections.addAll(any.applicable());
    return of(
        settings,
        plan,
        computed(windows, model, samples, size),
        samples,
        new Injections(injections, any.leftOut()));
  }

  /**
   * Past windows of the importance topic.
   *
   * @param file of samples to put shifts into; null to put in none
   */
  static SelfTestSubject ofHistory(
      CommandSpec spec,
      Opened opened,
      List<ImportanceSnapshot> past,
      @Nullable Path file,
      double strength,
      Plan.Wish wish)
      throws IOException {
    ModelSettings model = opened.settings();
    DriftSettings settings = model.drift();
    Plan plan = ModelOptions.usage(spec, () -> Plan.of(settings, past.size(), wish));
    ImportanceSnapshot newest = past.get(past.size() - 1);
    int size = newest.samples();
    if (file == null) {
      return new SelfTestSubject(
          newest.version().toString(),
          settings,
          plan,
          new Recording.Past(past, List.of(), size),
          size,
          null,
          NO_INJECTIONS);
    }
    List<InferenceSample> samples = read(file, model);
    int perRun = size * perRun(plan, windows(file, model, samples.size(), size));
    WindowMaker computed = computed(opened, newest);
    Injections any =
        Injections.of(samples, model.importance().task(), model.output().toString(), strength);
    List<Injection> injections = new ArrayList<>(List.of(Injection.none()));
    injections.addAll(any.applicable());
    return new SelfTestSubject(
        newest.version().toString(),
        settings,
        plan,
        new Recording.Past(past, samples, perRun),
        size,
        computed,
        new Injections(injections, any.leftOut()));
  }

  /** Windows that there are samples for, at least one. */
  private static int windows(Path file, ModelSettings model, int available, int size) {
    if (available < size) {
      throw new IllegalArgumentException(
          "%s holds %d samples, one window of model '%s' needs %d"
              .formatted(file, available, model.name(), size));
    }
    return available / size;
  }

  /**
   * Windows that shifts of one run are put into, at least one.
   *
   * @param windows that there are samples for, at least one
   */
  private static int perRun(Plan plan, int windows) {
    return windows / Math.min(plan.runs(), Math.max(1, windows / plan.patience()));
  }

  private static SelfTestSubject of(
      DriftSettings settings,
      Plan plan,
      WindowMaker computed,
      List<InferenceSample> samples,
      Injections injections) {
    return new SelfTestSubject(
        computed.model().version().toString(),
        settings,
        plan,
        new Recording.Computed(computed, samples),
        computed.size(),
        computed,
        injections);
  }

  private static int size(CommandSpec spec, int samples) {
    return ModelOptions.usage(
        spec,
        () -> {
          WindowSettings.requireSamples(samples);
          return samples;
        });
  }

  /** As {@link Windows} computes them. */
  private static WindowMaker computed(
      Windows windows, DifferentiableModel model, List<InferenceSample> samples, int size) {
    ImportanceSettings settings =
        windows.options.settings(EnumSet.of(windows.drift.method, ImportanceMethod.TAYLOR), false);
    Tuning tuning = Tuning.choose(model, settings, samples.subList(0, size));
    return new WindowMaker(
        model,
        model.version().name(),
        tuning.applyTo(settings),
        size,
        windows.drift.window().toMillis());
  }

  /** As the agent computed the past ones. */
  private static WindowMaker computed(Opened opened, ImportanceSnapshot newest) {
    ModelSettings settings = opened.settings();
    DifferentiableModel model =
        TorchScript.load(
            settings.location(),
            DeviceSettings.of(settings.device(), opened.config().worker().threads()),
            settings.output());
    if (!model.version().sha256().equals(newest.version().sha256())) {
      String found = model.version().toString();
      model.close();
      throw new IllegalArgumentException(
          "the past windows are of %s, the configured file is %s: shifts would be compared across versions; name --model-version, or leave out --samples"
              .formatted(newest.version(), found));
    }
    return new WindowMaker(
        model,
        settings.name(),
        newest.tuning().applyTo(settings.importance()),
        newest.samples(),
        settings.drift().window().toMillis());
  }

  private static List<InferenceSample> read(Path file, ModelSettings model) throws IOException {
    try (Stream<JsonLines.Line> lines = JsonLines.read(file, Readers.of(model))) {
      return lines.flatMap(line -> line.samples().stream()).toList();
    }
  }

  @Override
  public void close() {
    if (model != null) {
      model.model().close();
    }
  }
}
