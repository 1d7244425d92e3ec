package io.gradwatch.topology;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.sample.Priority;
import io.gradwatch.sample.payload.InputMapping;
import io.gradwatch.sample.payload.PayloadFormat;
import io.gradwatch.sample.payload.PayloadReader;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.topology.HostileRecords.Hostile;
import io.gradwatch.window.WindowSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/**
 * The sampling application among hostile records, in a process of its own so that its memory is
 * bounded from outside. Prints JSON: what came out, and what had to come out by a plain count over
 * the records that are good.
 *
 * <p>Usage: {@code HostileRun <hostile records>}; a quarter as many good ones lie between them.
 */
public final class HostileRun {
  static final int K = 64;
  private static final long SIZE = 10_000;
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final int WINDOWS = 50;
  private static final Pattern REFUSED =
      Pattern.compile(
          "gradwatch_samples_refused_total\\{model=\"digits\",reason=\"(.*?)\"} (\\S+)");

  private final HostileRecords hostile = new HostileRecords(Traffic.request(1), 11);
  private final Priority priority = new Priority(0, Traffic.TOPIC, 0);

  private final SortedMap<Long, NavigableSet<Long>> wanted = new TreeMap<>();
  private final SortedMap<Long, NavigableSet<Long>> found = new TreeMap<>();
  private final Map<String, Integer> mustCount = new TreeMap<>();
  private int deadLetters;
  private long largestLetter;
  private long lastWatermark;

  private HostileRun() {}

  public static void main(String[] arguments) throws Exception {
    int records = Integer.parseInt(arguments[0]);
    System.out.println(new ObjectMapper().writeValueAsString(new HostileRun().run(records)));
  }

  private Map<String, Object> run(int records) {
    Metrics metrics = new Metrics();
    try (TopologyTestDriver driver =
        new TopologyTestDriver(
            SamplingTopology.of(List.of(model()), Traffic.TOPICS, () -> Traffic.busy(1), metrics),
            Traffic.properties("sampling"),
            NOW)) {
      TestInputTopic<byte[], byte[]> input =
          driver.createInputTopic(
              Traffic.TOPIC, new ByteArraySerializer(), new ByteArraySerializer());
      SplittableRandom random = new SplittableRandom(3);
      int total = records + records / 4;
      long start = NOW.toEpochMilli() - WINDOWS * SIZE;
      for (int offset = 0; offset < total; offset++) {
        long time = start + WINDOWS * SIZE * offset / total;
        byte[] good = Traffic.request(offset);
        if (random.nextInt(5) == 0) {
          input.pipeInput(null, good, time);
          expectSample(offset, time);
        } else {
          send(input, hostile.next(good), offset, time);
        }
        if (offset % 1_000 == 0 || offset == total - 1) {
          drain(driver);
        }
      }
      return result(total, metrics);
    } finally {
      metrics.close();
    }
  }

  private void send(TestInputTopic<byte[], byte[]> input, Hostile record, long offset, long time) {
    Headers headers = new RecordHeaders();
    if (record.header().length > 0) {
      headers.add("trace", record.header());
    }
    long stamped =
        switch (record.kind()) {
          case FAR_AHEAD -> NOW.plus(Duration.ofDays(1)).toEpochMilli();
          case WITHOUT_TIME -> 0;
          default -> time;
        };
    input.pipeInput(new TestRecord<>(record.key(), record.value(), headers, stamped));
    if (!record.kind().looksGood() || wouldBeSampled(offset, time)) {
      mustCount.merge(record.kind().reason(), 1, Integer::sum);
    }
  }

  /** Whether fewer than k good records of its window before it have smaller priorities. */
  private boolean wouldBeSampled(long offset, long time) {
    NavigableSet<Long> sample = wanted.get(window(time));
    return sample == null
        || sample.size() < K
        || Long.compareUnsigned(priority.of(offset), priority.of(sample.last())) < 0;
  }

  private void expectSample(long offset, long time) {
    keep(wanted, time, offset);
  }

  private void keep(SortedMap<Long, NavigableSet<Long>> windows, long time, long offset) {
    NavigableSet<Long> sample = windows.computeIfAbsent(window(time), w -> byPriority());
    sample.add(offset);
    if (sample.size() > K) {
      sample.pollLast();
    }
  }

  private NavigableSet<Long> byPriority() {
    return new TreeSet<>((a, b) -> Long.compareUnsigned(priority.of(a), priority.of(b)));
  }

  private static long window(long time) {
    return time - Math.floorMod(time, SIZE);
  }

  private void drain(TopologyTestDriver driver) {
    TestOutputTopic<String, SamplesRecord> samples =
        driver.createOutputTopic(
            Traffic.TOPICS.samples(),
            new StringDeserializer(),
            new ProtobufSerde<>(SamplesRecord.parser()).deserializer());
    for (SamplesRecord record : samples.readValuesToList()) {
      if (record.hasSample()) {
        keep(found, record.getSample().getEventTime(), record.getSample().getOffset());
      } else {
        lastWatermark = Math.max(lastWatermark, record.getWatermark().getEventTime());
      }
    }
    TestOutputTopic<byte[], byte[]> letters =
        driver.createOutputTopic(
            Traffic.TOPICS.deadLetters(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    for (TestRecord<byte[], byte[]> letter : letters.readRecordsToList()) {
      deadLetters++;
      largestLetter = Math.max(largestLetter, size(letter));
    }
  }

  private static long size(TestRecord<byte[], byte[]> letter) {
    long size = letter.value() == null ? 0 : letter.value().length;
    size += letter.key() == null ? 0 : letter.key().length;
    for (var header : letter.headers()) {
      size += header.key().length() + header.value().length;
    }
    return size;
  }

  private Map<String, Object> result(int total, Metrics metrics) {
    Map<String, Integer> counted = new TreeMap<>();
    Matcher refused = REFUSED.matcher(metrics.scrape());
    while (refused.find()) {
      counted.put(refused.group(1), (int) Double.parseDouble(refused.group(2)));
    }
    Map<String, Object> result = new HashMap<>();
    result.put("records", total);
    result.put("wanted", lists(wanted));
    result.put("found", lists(found));
    result.put("mustCount", mustCount);
    result.put("counted", counted);
    result.put("deadLetters", deadLetters);
    result.put("largestDeadLetter", largestLetter);
    result.put("watermark", lastWatermark);
    result.put("lastWindow", wanted.lastKey());
    return result;
  }

  private static List<List<Long>> lists(SortedMap<Long, NavigableSet<Long>> windows) {
    List<List<Long>> lists = new ArrayList<>();
    windows.values().forEach(sample -> lists.add(List.copyOf(sample)));
    return lists;
  }

  private static StreamModel model() {
    StreamModel model = Traffic.model();
    WindowSettings window =
        new WindowSettings(
            Duration.ofMillis(SIZE),
            K,
            Duration.ofSeconds(2),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            1 << 20,
            64 << 20);
    return new StreamModel(
        model.name(),
        model.topics(),
        model.startFrom(),
        null,
        // In any format [1,2] would be a good record.
        new PayloadReader(PayloadFormat.OPEN_INFERENCE, null, InputMapping.NONE),
        window,
        model.drift(),
        null,
        model.selection(),
        0,
        null,
        null,
        null);
  }
}
