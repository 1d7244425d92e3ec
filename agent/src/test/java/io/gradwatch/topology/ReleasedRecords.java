package io.gradwatch.topology;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.internals.WrappedStateStore;
import org.apache.kafka.streams.test.TestRecord;

/**
 * The bytes that a release left behind: every entry of every store, and every record of its topics.
 *
 * @param stores entries by name of the store
 * @param topics records by name
 */
record ReleasedRecords(Map<String, List<Entry>> stores, Map<String, List<Entry>> topics) {
  private static final Path FOLDER = Path.of("src/test/resources/released");
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One of them.
   *
   * @param window start of its window, in a window store; else -1
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Entry(byte[] key, byte[] value, long window) {
    String text() {
      return new String(value, StandardCharsets.UTF_8);
    }
  }

  /** What a release wrote to a topic. */
  List<Entry> topic(String name) {
    return Objects.requireNonNull(topics.get(name), "nothing of topic " + name);
  }

  /** The releases whose bytes are kept. */
  static List<String> releases() throws IOException {
    try (var files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".jsonl"))
          .map(name -> name.replace(".jsonl", ""))
          .sorted()
          .toList();
    }
  }

  static ReleasedRecords read(String release) throws IOException {
    ReleasedRecords records = new ReleasedRecords(new LinkedHashMap<>(), new LinkedHashMap<>());
    for (String line : Files.readAllLines(FOLDER.resolve(release + ".jsonl"))) {
      JsonNode node = JSON.readTree(line);
      boolean isStore = node.has("store");
      (isStore ? records.stores : records.topics)
          .computeIfAbsent(
              node.get(isStore ? "store" : "topic").asText(), name -> new ArrayList<>())
          .add(
              new Entry(
                  node.get("key").binaryValue(),
                  node.get("value").binaryValue(),
                  node.path("window").asLong(-1)));
    }
    return records;
  }

  /** Keeps what a run left, once, when a release is made. */
  void write(String release) throws IOException {
    List<String> lines = new ArrayList<>();
    stores.forEach((name, entries) -> entries.forEach(e -> lines.add(line("store", name, e))));
    topics.forEach((name, entries) -> entries.forEach(e -> lines.add(line("topic", name, e))));
    Files.createDirectories(FOLDER);
    Files.write(FOLDER.resolve(release + ".jsonl"), lines);
  }

  private static String line(String kind, String name, Entry entry) {
    Base64.Encoder base64 = Base64.getEncoder();
    var node = JSON.createObjectNode().put(kind, name);
    if (entry.window >= 0) {
      node.put("window", entry.window);
    }
    return node.put("key", base64.encodeToString(entry.key))
        .put("value", base64.encodeToString(entry.value))
        .toString();
  }

  /** What is in a driver: its stores, and what it wrote to some topics. */
  static ReleasedRecords of(TopologyTestDriver driver, List<String> topics) {
    ReleasedRecords records = new ReleasedRecords(new LinkedHashMap<>(), new LinkedHashMap<>());
    driver.getAllStateStores().keySet().stream()
        .sorted()
        .forEach(name -> records.stores.put(name, entries(driver, name)));
    for (String topic : topics) {
      List<Entry> written = new ArrayList<>();
      for (TestRecord<byte[], byte[]> record :
          driver
              .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
              .readRecordsToList()) {
        written.add(new Entry(record.key(), record.value(), -1));
      }
      records.topics.put(topic, written);
    }
    return records;
  }

  /** The bytes in a store. */
  @SuppressWarnings("unchecked") // the innermost stores know only bytes
  static List<Entry> entries(TopologyTestDriver driver, String name) {
    List<Entry> entries = new ArrayList<>();
    StateStore store = innermost(driver, name);
    if (store instanceof WindowStore<?, ?> windows) {
      try (KeyValueIterator<Windowed<Bytes>, byte[]> all =
          ((WindowStore<Bytes, byte[]>) windows).all()) {
        while (all.hasNext()) {
          KeyValue<Windowed<Bytes>, byte[]> next = all.next();
          entries.add(new Entry(next.key.key().get(), next.value, next.key.window().start()));
        }
      }
    } else {
      try (KeyValueIterator<Bytes, byte[]> all = ((KeyValueStore<Bytes, byte[]>) store).all()) {
        all.forEachRemaining(next -> entries.add(new Entry(next.key.get(), next.value, -1)));
      }
    }
    return entries;
  }

  /** Puts bytes into a store, as its restoration from a changelog does. */
  @SuppressWarnings("unchecked")
  static void restore(TopologyTestDriver driver, String name, List<Entry> entries) {
    StateStore store = innermost(driver, name);
    for (Entry entry : entries) {
      if (store instanceof WindowStore<?, ?> windows) {
        ((WindowStore<Bytes, byte[]>) windows)
            .put(Bytes.wrap(entry.key), entry.value, entry.window);
      } else {
        ((KeyValueStore<Bytes, byte[]>) store).put(Bytes.wrap(entry.key), entry.value);
      }
    }
  }

  private static StateStore innermost(TopologyTestDriver driver, String name) {
    StateStore store =
        Objects.requireNonNull(
            driver.getAllStateStores().get(name), "store " + name + " is no more");
    while (store instanceof WrappedStateStore<?, ?, ?> wrapped
        && (wrapped.wrapped() instanceof KeyValueStore<?, ?>
            || wrapped.wrapped() instanceof WindowStore<?, ?>)) {
      store = wrapped.wrapped();
    }
    return store;
  }
}
