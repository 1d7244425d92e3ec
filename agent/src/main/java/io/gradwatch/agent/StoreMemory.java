package io.gradwatch.agent;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The memory outside the Java heap that all state stores of the process share: one block cache,
 * which also counts the write buffers, indexes and filters. Without it each store of each partition
 * has buffers and a cache of its own.
 *
 * <p>Thread-safe. To be closed after the application whose stores use it.
 */
final class StoreMemory implements AutoCloseable {
  /** Under which it is among the properties of an application. */
  static final String PROPERTY = "gradwatch.store-memory";

  static {
    // RocksDB's classes load the library only with the first database, and a cache comes before it.
    RocksDB.loadLibrary();
  }

  private final Cache cache;
  private final WriteBufferManager writeBuffers;

  /** Sets up the memory; nothing of it is used yet. */
  StoreMemory(long bytes) {
    cache = new LRUCache(bytes);
    writeBuffers = new WriteBufferManager(bytes / 2, cache);
  }

  /** What is used now, in bytes. */
  long used() {
    return cache.getUsage();
  }

  @Override
  public void close() {
    writeBuffers.close();
    cache.close();
  }

  /** Makes the stores of an application use the memory among its properties. */
  public static final class Setter implements RocksDBConfigSetter {
    /** A store that is full of small entries is flushed at this size, however much is free. */
    private static final long WRITE_BUFFER = 4 << 20;

    /** The least that a store takes: there are a dozen a partition, most of them nearly empty. */
    private static final long ARENA_BLOCK = 32 << 10;

    @Override
    public void setConfig(String store, Options options, Map<String, Object> properties) {
      if (!(properties.get(PROPERTY) instanceof StoreMemory memory)) {
        throw new IllegalStateException("no " + PROPERTY + " among the properties");
      }
      BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
      table.setBlockCache(memory.cache);
      table.setCacheIndexAndFilterBlocks(true);
      table.setCacheIndexAndFilterBlocksWithHighPriority(true);
      table.setPinTopLevelIndexAndFilter(true);
      options.setTableFormatConfig(table);
      options.setWriteBufferManager(memory.writeBuffers);
      options.setWriteBufferSize(WRITE_BUFFER);
      options.setArenaBlockSize(ARENA_BLOCK);
    }

    @Override
    public void close(String store, Options options) {
      // The memory outlives the store.
    }
  }
}
