package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreMemoryTest {
  private static final long LIMIT = 4 << 20;
  private static final int STORES = 8;

  @TempDir private Path directory;

  @Test
  void allStoresTogetherStayWithinIt() {
    try (StoreMemory memory = new StoreMemory(LIMIT);
        TopologyTestDriver driver = new TopologyTestDriver(topology(), properties(memory))) {
      long empty = memory.used();
      byte[] value = new byte[8 * 1024];
      for (int entry = 0; entry < 1_000; entry++) {
        for (int store = 0; store < STORES; store++) {
          KeyValueStore<String, byte[]> written = driver.getKeyValueStore("store-" + store);
          written.put("key-" + entry, value);
        }
      }
      // 8 MB a store were written. A memtable that is being flushed counts until it is on disk.
      assertThat(memory.used()).isGreaterThan(empty).isLessThan(2 * LIMIT);
      assertThat(driver.<String, byte[]>getKeyValueStore("store-3").get("key-0")).isEqualTo(value);
    }
  }

  private Topology topology() {
    Topology topology = new Topology();
    topology.addSource(
        "source", Serdes.String().deserializer(), Serdes.ByteArray().deserializer(), "topic");
    topology.addProcessor("processor", Nothing::new, "source");
    IntStream.range(0, STORES)
        .mapToObj(
            store ->
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore("store-" + store),
                        Serdes.String(),
                        Serdes.ByteArray())
                    .withLoggingDisabled())
        .forEach(store -> topology.addStateStore(store, "processor"));
    return topology;
  }

  private static final class Nothing implements Processor<String, byte[], Void, Void> {
    @Override
    public void process(Record<String, byte[]> record) {}
  }

  private Properties properties(StoreMemory memory) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "store-memory");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:9092");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, StoreMemory.Setter.class);
    properties.put(StoreMemory.PROPERTY, memory);
    return properties;
  }
}
