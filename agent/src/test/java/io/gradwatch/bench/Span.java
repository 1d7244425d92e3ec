package io.gradwatch.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The time and the processor's time of this process from one record of a consumer to a later one,
 * whoever reads with the consumer. It looks at batches, so that it costs nothing a record.
 */
final class Span {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final long from;
  private final long to;
  private final CountDownLatch over = new CountDownLatch(1);
  private long count;
  private @Nullable Mark begin;
  private @Nullable Mark end;

  /**
   * Waits for its first record.
   *
   * @param from records before it begins
   * @param to records when it ends
   */
  Span(long from, long to) {
    this.from = from;
    this.to = to;
  }

  private record Mark(long count, long nanos, long cpuNanos) {}

  /**
   * What it says in the end.
   *
   * @param records read within it
   * @param seconds of the wall clock
   * @param cpuSeconds of all threads of the process
   */
  record Result(long records, double seconds, double cpuSeconds) {}

  synchronized void add(int records) {
    count += records;
    if (begin == null && count >= from) {
      begin = mark();
    }
    if (end == null && count >= to) {
      end = mark();
      over.countDown();
    }
  }

  private Mark mark() {
    return new Mark(count, System.nanoTime(), SYSTEM.getProcessCpuTime());
  }

  /** Waits for the end. */
  Result await() throws InterruptedException {
    if (!over.await(2, TimeUnit.MINUTES)) {
      throw new IllegalStateException("only %d of %d records came".formatted(count, to));
    }
    return result();
  }

  private synchronized Result result() {
    Mark first = begin;
    Mark last = end;
    if (first == null || last == null) {
      throw new IllegalStateException("it is not over");
    }
    return new Result(
        last.count - first.count,
        (last.nanos - first.nanos) / 1e9,
        (last.cpuNanos - first.cpuNanos) / 1e9);
  }

  /** Tells the span that stands under {@value #SPAN} in the consumer's properties. */
  public static final class Interceptor implements ConsumerInterceptor<byte[], byte[]> {
    static final String SPAN = "gradwatch.span";
    private @Nullable Span span;

    @Override
    public void configure(Map<String, ?> properties) {
      span = (Span) properties.get(SPAN);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
      if (span != null) {
        span.add(records.count());
      }
      return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
  }
}
