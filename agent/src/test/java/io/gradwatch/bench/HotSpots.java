package io.gradwatch.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/** Where the threads of this process spend their time, by Flight Recorder's samples of stacks. */
final class HotSpots implements AutoCloseable {
  private static final int SHOWN = 25;
  private final Recording recording = new Recording();

  private HotSpots() {
    for (String event : List.of("jdk.ExecutionSample", "jdk.NativeMethodSample")) {
      recording.enable(event).withPeriod(Duration.ofMillis(10));
    }
    recording.start();
  }

  static HotSpots begin() {
    return new HotSpots();
  }

  /**
   * A place and its part of all samples.
   *
   * @param what the method, or the part of the program
   * @param share of all samples of running threads
   */
  record HotSpot(String what, double share) {}

  /** Stops and sums up: by the topmost method, and by the part of the program. */
  Map<String, List<HotSpot>> end() throws IOException {
    Path file = Files.createTempFile("gradwatch-", ".jfr");
    recording.stop();
    recording.dump(file);
    Map<String, Integer> tops = new HashMap<>();
    Map<String, Integer> parts = new HashMap<>();
    int all = 0;
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      RecordedThread thread = event.getThread("sampledThread");
      if (event.getStackTrace() == null || thread == null || thread.getJavaName() == null) {
        continue;
      }
      List<RecordedFrame> frames = event.getStackTrace().getFrames();
      boolean waits = event.getEventType().getName().endsWith("NativeMethodSample");
      if (frames.isEmpty() || (waits && name(frames.get(0)).endsWith("EPoll.wait"))) {
        continue;
      }
      all++;
      tops.merge(name(frames.get(0)), 1, Integer::sum);
      parts.merge(part(thread.getJavaName(), frames), 1, Integer::sum);
    }
    Files.delete(file);
    return Map.of("methods", largest(tops, all), "parts", largest(parts, all));
  }

  private static List<HotSpot> largest(Map<String, Integer> counts, int all) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(SHOWN)
        .map(entry -> new HotSpot(entry.getKey(), (double) entry.getValue() / all))
        .toList();
  }

  /** The first of our own methods, or else what Kafka is at. */
  private static String part(String thread, List<RecordedFrame> frames) {
    if (thread.contains("producer")) {
      return "producer's thread";
    }
    if (!thread.contains("StreamThread") && !thread.equals("main")) {
      return "other threads";
    }
    for (RecordedFrame frame : frames) {
      String name = name(frame);
      if (name.contains("gradwatch") && !name.contains("bench")) {
        return name;
      }
      if (name.matches(
          ".*(KafkaConsumer.poll|StreamTask.addRecords|StreamTask.doProcess|RecordQueue.\\w+|"
              + "PartitionGroup.\\w+|TaskManager.\\w+|TaskExecutor.\\w+|StreamThread.\\w+|"
              + "StreamTask.\\w+)")) {
        return name;
      }
    }
    return "rest of " + thread.replaceAll("[-0-9a-f]{20,}", "*");
  }

  private static String name(RecordedFrame frame) {
    String type = frame.getMethod().getType().getName();
    return type.substring(type.lastIndexOf('.', type.lastIndexOf('.') - 1) + 1)
        + "."
        + frame.getMethod().getName();
  }

  @Override
  public void close() {
    recording.close();
  }
}
