package io.gradwatch.importance.device;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * Memory of a device that is free.
 *
 * <p>Of a GPU: what its driver says. Of the CPU: what the kernel would give without swapping, or
 * what is left of the container's quota (cgroup v2 or v1) where that is less. Pages of files that
 * the kernel drops when memory is needed count as free; else a container that reads many files
 * would always look full. Callable on any thread.
 */
public final class DeviceMemory {
  private static final Path ROOT = Path.of("/");

  private DeviceMemory() {}

  /**
   * Free memory in bytes; empty where the device does not say.
   *
   * @param device {@code cpu} or {@code cuda:N}
   */
  public static OptionalLong free(String device) {
    int gpu = new DeviceSettings(device, 1).gpu();
    return gpu < 0 ? ofHost(ROOT) : ofGpu(gpu);
  }

  private static OptionalLong ofGpu(int gpu) {
    try {
      MemoryUsage usage = CudaUtils.getGpuMemory(Device.gpu(gpu));
      return OptionalLong.of(usage.getMax() - usage.getUsed());
    } catch (RuntimeException | LinkageError e) {
      // Without the CUDA runtime's library DJL cannot ask; the device itself may work.
      return OptionalLong.empty();
    }
  }

  /**
   * Free memory of a host.
   *
   * @param root where its file system begins
   */
  static OptionalLong ofHost(Path root) {
    Path proc = root.resolve("proc");
    Path groups = root.resolve("sys/fs/cgroup");
    String membership = text(proc.resolve("self/cgroup"));
    LongStream available = available(text(proc.resolve("meminfo"))).stream();
    LongStream v2 = v2(folder(groups, path(membership, ""))).stream();
    LongStream v1 = v1(folder(groups.resolve("memory"), path(membership, "memory"))).stream();
    return LongStream.concat(available, LongStream.concat(v2, v1)).min();
  }

  private static OptionalLong v2(Path group) {
    return left(
        text(group.resolve("memory.max")),
        text(group.resolve("memory.current")),
        droppable(text(group.resolve("memory.stat")), "inactive_file"));
  }

  private static OptionalLong v1(Path group) {
    return left(
        text(group.resolve("memory.limit_in_bytes")),
        text(group.resolve("memory.usage_in_bytes")),
        droppable(text(group.resolve("memory.stat")), "total_inactive_file"));
  }

  /** MemAvailable of /proc/meminfo, which is in KiB. */
  static OptionalLong available(String meminfo) {
    Matcher line = Pattern.compile("(?m)^MemAvailable: +([0-9]{1,15}) kB$").matcher(meminfo);
    return line.find()
        ? OptionalLong.of(Long.parseLong(line.group(1)) << 10)
        : OptionalLong.empty();
  }

  /**
   * What is left of a quota, at least 0; empty without one.
   *
   * @param limit in bytes; {@code max} or a number of 19 digits where there is none
   * @param used in bytes, with pages of files
   * @param droppable bytes of these that the kernel gives back
   */
  static OptionalLong left(String limit, String used, long droppable) {
    OptionalLong most = number(limit);
    OptionalLong taken = number(used);
    if (most.isEmpty() || taken.isEmpty()) {
      return OptionalLong.empty();
    }
    long needed = Math.max(0, taken.getAsLong() - droppable);
    return OptionalLong.of(Math.max(0, most.getAsLong() - needed));
  }

  /** An entry of memory.stat in bytes, or 0. */
  static long droppable(String stat, String entry) {
    Matcher line = Pattern.compile("(?m)^" + entry + " ([0-9]{1,18})$").matcher(stat);
    return line.find() ? Long.parseLong(line.group(1)) : 0;
  }

  /**
   * The path of a process in the tree of a controller.
   *
   * @param membership /proc/self/cgroup
   * @param controller its name in v1; empty for v2
   */
  static Optional<String> path(String membership, String controller) {
    return membership
        .lines()
        .map(line -> line.split(":", 3))
        .filter(fields -> fields.length == 3 && fields[1].equals(controller))
        .map(fields -> fields[2].replaceFirst("^/+", ""))
        .findFirst();
  }

  /** In a container the tree often begins at the process's own group. */
  private static Path folder(Path tree, Optional<String> path) {
    return path.map(tree::resolve).filter(Files::isDirectory).orElse(tree);
  }

  private static OptionalLong number(String text) {
    String digits = text.strip();
    return digits.matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(digits))
        : OptionalLong.empty();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
