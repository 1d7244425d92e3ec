package io.gradwatch.importance.device;

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

  /** The GPU's number, or -1 for the CPU. */
  int gpu() {
    return device.equals("cpu") ? -1 : Integer.parseInt(device.substring("cuda:".length()));
  }
}
