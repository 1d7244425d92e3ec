package io.gradwatch.topology;

import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes baselines and decisions about them out of the baselines topic into the stores, where {@link
 * DriftProcessor} finds them with the next window. The agent's own come back this way as well and
 * change nothing.
 *
 * <p>A record that cannot be read is counted, logged and ignored: it costs no window.
 */
@SuppressWarnings("NullAway.Init") // the stores are set in init, before any record
final class BaselineProcessor extends ContextualProcessor<String, byte[], Void, Void> {
  private static final Logger LOG = LoggerFactory.getLogger(BaselineProcessor.class);

  private final Metrics metrics;
  private BaselineStores baselines;

  BaselineProcessor(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    super.init(context);
    baselines = new BaselineStores(context);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    BaselineEntry entry;
    try {
      entry = BaselineEntry.parse(record.key(), record.value());
    } catch (IllegalArgumentException e) {
      metrics.add(Metric.BASELINE_RECORDS_IGNORED, 1);
      LOG.warn("a record of the baselines topic is ignored: {}", e.getMessage());
      return;
    }
    baselines.take(entry);
  }
}
