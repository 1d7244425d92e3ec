package io.gradwatch.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.gradwatch.importance.Digits;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceWorker;
import io.gradwatch.importance.Mailbox;
import io.gradwatch.importance.ModelSource;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Samples;
import io.gradwatch.importance.Task;
import io.gradwatch.importance.WorkerClock;
import io.gradwatch.importance.WorkerSettings;
import io.gradwatch.importance.device.TestDevice;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether the duty cycle is kept: one minute with windows always at hand, and how long the device
 * was busy in it.
 *
 * <p>Measured twice: by the worker's own count, and, on the CPU with one thread of libtorch, by the
 * processor time of the worker's thread, which knows nothing of the count.
 *
 * <p>Usage: {@code DutyBench [json file]}, by default target/bench/duty.json.
 */
final class DutyBench {
  private static final double DUTY_CYCLE = 0.1;
  private static final double SECONDS = 60;
  private static final int SAMPLES = 512;

  private DutyBench() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path file = Path.of(arguments.length > 0 ? arguments[0] : "target/bench/duty.json");
    List<InferenceSample> samples = Digits.heldOut().subList(0, SAMPLES);
    ImportanceSettings settings =
        new ImportanceSettings(
            Task.CLASSIFICATION,
            OutputKind.LOGITS,
            ImportanceMethod.onePassMethods(),
            16,
            false,
            List.of());
    ModelSource source =
        new ModelSource(() -> TorchScript.load(Digits.MODEL, TestDevice.SETTINGS), settings);
    try (ImportanceWorker worker =
            ImportanceWorker.start(
                Map.of("digits", source),
                new WorkerSettings(DUTY_CYCLE, DUTY_CYCLE, 1),
                WorkerClock.system());
        Mailbox mailbox = worker.open(4)) {
      // The first seconds warm up.
      feed(worker, mailbox, samples, 5);
      report(file, feed(worker, mailbox, samples, SECONDS));
    }
  }

  /** What one stretch of time came to. */
  private record Minute(double seconds, long windows, double busySeconds, double cpuSeconds) {}

  private static Minute feed(
      ImportanceWorker worker, Mailbox mailbox, List<InferenceSample> samples, double seconds)
      throws InterruptedException {
    ImportanceWorker.Usage before = worker.usage();
    double cpuBefore = cpuSeconds();
    long begin = System.nanoTime();
    long number = begin / 1_000_000;
    while (System.nanoTime() - begin < seconds * 1e9) {
      while (mailbox.poll() != null) {
        // Makes room.
      }
      while (mailbox.offer(Samples.batch("digits", number, samples))) {
        number++;
      }
      Thread.sleep(20);
    }
    double took = (System.nanoTime() - begin) / 1e9;
    ImportanceWorker.Usage after = worker.usage();
    return new Minute(
        took,
        after.windows() - before.windows(),
        after.busySeconds() - before.busySeconds(),
        cpuSeconds() - cpuBefore);
  }

  private static double cpuSeconds() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(info -> info != null && info.getThreadName().startsWith("gradwatch-importance"))
        .mapToDouble(info -> threads.getThreadCpuTime(info.getThreadId()) / 1e9)
        .sum();
  }

  private static void report(Path file, Minute minute) throws IOException {
    double measured = minute.busySeconds() / minute.seconds();
    double cpu = minute.cpuSeconds() / minute.seconds();
    System.out.printf(
        "digits.pt, %s, windows of %d samples, %d in %.1f s%n"
            + "duty cycle: configured %.3f, measured %.4f (%+.1f %%); processor time %.4f%n",
        TestDevice.SETTINGS.device(),
        SAMPLES,
        minute.windows(),
        minute.seconds(),
        DUTY_CYCLE,
        measured,
        100 * (measured / DUTY_CYCLE - 1),
        cpu);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", "digits");
    json.put("device", TestDevice.SETTINGS.device());
    json.put("configured", DUTY_CYCLE);
    json.put("seconds", minute.seconds());
    json.put("windows", minute.windows());
    json.put("busySeconds", minute.busySeconds());
    json.put("measured", measured);
    json.put("processorTime", cpu);
    Files.createDirectories(file.toAbsolutePath().getParent());
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), json);
  }
}
