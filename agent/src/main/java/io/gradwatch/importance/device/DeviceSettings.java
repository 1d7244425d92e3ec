package io.gradwatch.importance.device;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;

/**
 * Where models run.
 *
 * @param device {@code cpu}, or {@code cuda:N} for the N-th visible GPU, counted from 0
 * @param threads intra-op threads of libtorch, 1 to 64; libtorch alone would take all cores of the
 *     node, whatever the container's quota
 */
public record DeviceSettings(String device, int threads) {
  private static final Pattern NAME = Pattern.compile("cpu|cuda:\\d{1,2}");

  public DeviceSettings {
    if (!NAME.matcher(device).matches()) {
      throw new IllegalArgumentException("device is '" + device + "', must be cpu or cuda:N");
    }
    if (threads < 1 || threads > 64) {
      throw new IllegalArgumentException("threads is " + threads + ", must be 1 to 64");
    }
  }

  /**
   * Settings of a configured device.
   *
   * @param name {@code cpu}, {@code cuda} for the first GPU, {@code cuda:N}, or {@code auto} for
   *     the first GPU that libtorch sees, and the CPU where it sees none
   * @throws io.gradwatch.importance.ModelFailureException if libtorch does not start
   */
  public static DeviceSettings of(String name, int threads) {
    return of(name, threads, DeviceSettings::visibleGpus);
  }

  /**
   * How many GPUs libtorch sees: none if it is built for the CPU, whatever the machine has.
   *
   * @throws io.gradwatch.importance.ModelFailureException if libtorch does not start
   */
  public static int visibleGpus() {
    Engine engine = Libtorch.engine();
    return engine.hasCapability(StandardCapabilities.CUDA) ? engine.getGpuCount() : 0;
  }

  static DeviceSettings of(String name, int threads, IntSupplier gpus) {
    String device =
        switch (name) {
          case "auto" -> gpus.getAsInt() > 0 ? "cuda:0" : "cpu";
          case "cuda" -> "cuda:0";
          default -> name;
        };
    return new DeviceSettings(device, threads);
  }

  /** The GPU's number, or -1 for the CPU. */
  int gpu() {
    return device.equals("cpu") ? -1 : Integer.parseInt(device.substring("cuda:".length()));
  }
}
