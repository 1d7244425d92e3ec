package io.gradwatch.importance.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceMemoryTest {
  private static final long MIB = 1 << 20;
  private static final String MEMINFO =
      """
      MemTotal:       24683656 kB
      MemFree:         1000000 kB
      MemAvailable:    4194304 kB
      Buffers:            3612 kB
      """;

  @TempDir private Path root;

  @Test
  void readsWhatTheKernelWouldGive() {
    assertThat(DeviceMemory.available(MEMINFO)).hasValue(4096 * MIB);
    assertThat(DeviceMemory.available("MemFree: 7 kB\n")).isEmpty();
  }

  @Test
  void countsPagesOfFilesAsFree() {
    assertThat(DeviceMemory.left("1000\n", "900\n", 300)).hasValue(400);
    assertThat(DeviceMemory.left("1000\n", "1100\n", 0)).hasValue(0);
    assertThat(DeviceMemory.left("1000\n", "200\n", 300)).hasValue(1000);
  }

  @Test
  void hasNoQuotaWhereNoneIsSet() {
    assertThat(DeviceMemory.left("max\n", "900\n", 0)).isEmpty();
    assertThat(DeviceMemory.left("9223372036854771712\n", "900\n", 0)).isEmpty();
    assertThat(DeviceMemory.left("", "", 0)).isEmpty();
  }

  @Test
  void findsAnEntryOfTheStatistics() {
    String stat = "anon 5\ninactive_file 70\ntotal_inactive_file 90\n";
    assertThat(DeviceMemory.droppable(stat, "inactive_file")).isEqualTo(70);
    assertThat(DeviceMemory.droppable(stat, "total_inactive_file")).isEqualTo(90);
    assertThat(DeviceMemory.droppable(stat, "file")).isZero();
  }

  @Test
  void findsTheGroupOfTheProcess() {
    String membership = "9:name=systemd:/\n4:memory:/docker/ab\n1:cpu,cpuacct:/x\n0::/system/gw\n";
    assertThat(DeviceMemory.path(membership, "")).contains("system/gw");
    assertThat(DeviceMemory.path(membership, "memory")).contains("docker/ab");
    assertThat(DeviceMemory.path("0::/\n", "memory")).isEmpty();
  }

  @Test
  void takesTheSmallestOfHostAndQuotas() throws IOException {
    write("proc/meminfo", MEMINFO);
    assertThat(DeviceMemory.ofHost(root)).hasValue(4096 * MIB);

    write("proc/self/cgroup", "4:memory:/not/visible/here\n0::/gw\n");
    write("sys/fs/cgroup/gw/memory.max", 2048 * MIB + "\n");
    write("sys/fs/cgroup/gw/memory.current", 1536 * MIB + "\n");
    write("sys/fs/cgroup/gw/memory.stat", "inactive_file " + 256 * MIB + "\n");
    assertThat(DeviceMemory.ofHost(root)).hasValue(768 * MIB);

    write("sys/fs/cgroup/memory/memory.limit_in_bytes", 512 * MIB + "\n");
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", 400 * MIB + "\n");
    assertThat(DeviceMemory.ofHost(root)).hasValue(112 * MIB);
  }

  @Test
  void saysNothingOfAHostThatItCannotRead() {
    assertThat(DeviceMemory.ofHost(root)).isEmpty();
  }

  @Test
  void knowsWhatThisMachineHasFree() {
    assertThat(DeviceMemory.free(TestDevice.SETTINGS.device()).orElseThrow()).isPositive();
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
