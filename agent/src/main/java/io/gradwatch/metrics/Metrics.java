package io.gradwatch.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The values of the catalogue's metrics.
 *
 * <p>A series appears with its first value and stays until it is removed. Tag values come in the
 * order of {@link Metric#tags()}. Thread-safe.
 */
public final class Metrics implements AutoCloseable {
  /** Upper bounds of the histogram's buckets, seconds: three a decade over what a window takes. */
  private static final double[] SECONDS = {
    0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM);
  private final ConcurrentMap<Key, Series> series = new ConcurrentHashMap<>();
  private final Map<Metric, Info> infos = new EnumMap<>(Metric.class);
  private final RuntimeMeters runtimeMeters = new RuntimeMeters(registry);

  public Metrics() {
    // Micrometer has no such type, and cuts the suffix off a gauge's name.
    for (Metric metric : Metric.values()) {
      if (metric.type() == Metric.Type.INFO) {
        Info info =
            Info.builder()
                .name(metric.exportedName())
                .help(metric.help())
                .labelNames(metric.tags().toArray(String[]::new))
                .register(registry.getPrometheusRegistry());
        infos.put(metric, info);
      }
    }
  }

  /**
   * Sets a gauge.
   *
   * @throws IllegalArgumentException if {@code metric} is no gauge or the number of tag values is
   *     wrong
   */
  public void set(Metric metric, double value, String... tagValues) {
    ((GaugeSeries) series(Metric.Type.GAUGE, metric, tagValues)).set(value);
  }

  /** Sets a gauge, or removes its series where there is no value: a missing number is no 0. */
  public void setOrRemove(Metric metric, @Nullable Number value, String... tagValues) {
    if (value == null) {
      remove(metric, tagValues);
    } else {
      set(metric, value.doubleValue(), tagValues);
    }
  }

  /**
   * Adds to a counter. Adding 0 makes a series appear before its first event, so that the first
   * increase is seen.
   *
   * @param amount at least 0
   * @throws IllegalArgumentException if {@code metric} is no counter, the number of tag values is
   *     wrong or the amount is negative
   */
  public void add(Metric metric, double amount, String... tagValues) {
    if (!(amount >= 0)) {
      throw new IllegalArgumentException(
          "%s only grows: cannot add %s".formatted(metric.exportedName(), amount));
    }
    ((CounterSeries) series(Metric.Type.COUNTER, metric, tagValues)).counter().increment(amount);
  }

  /**
   * Records one duration.
   *
   * @param seconds at least 0
   * @throws IllegalArgumentException if {@code metric} is no timer, the number of tag values is
   *     wrong or the duration is negative
   */
  public void record(Metric metric, double seconds, String... tagValues) {
    if (!(seconds >= 0)) {
      throw new IllegalArgumentException(
          "%s cannot take %s seconds".formatted(metric.exportedName(), seconds));
    }
    ((TimerSeries) series(Metric.Type.HISTOGRAM, metric, tagValues)).summary().record(seconds);
  }

  /**
   * Makes an info series appear.
   *
   * @throws IllegalArgumentException if {@code metric} is no info or the number of tag values is
   *     wrong
   */
  public void state(Metric metric, String... tagValues) {
    series(Metric.Type.INFO, metric, tagValues);
  }

  /**
   * Removes the series of a metric whose first tag values are the ones given; all of its series
   * without any. A later value makes a series appear anew, a counter from 0.
   */
  public void remove(Metric metric, String... leadingTagValues) {
    List<String> leading = List.of(leadingTagValues);
    for (Key key : series.keySet()) {
      if (key.metric() == metric && key.startsWith(leading)) {
        series.computeIfPresent(key, this::unregister);
      }
    }
  }

  /** Removes all series of a model that is no longer watched, its counters too. */
  public void forget(String model) {
    for (Metric metric : Metric.values()) {
      if (!metric.tags().isEmpty() && metric.tags().get(0).equals("model")) {
        remove(metric, model);
      }
    }
  }

  /** All series in Prometheus' text format 0.0.4. */
  public String scrape() {
    return registry.scrape();
  }

  /** Where an exporter reads the series. */
  public PrometheusRegistry prometheusRegistry() {
    return registry.getPrometheusRegistry();
  }

  /** Meters of what Gradwatch runs on: the JVM and Kafka Streams. */
  public RuntimeMeters runtime() {
    return runtimeMeters;
  }

  @Override
  public void close() {
    registry.close();
  }

  private Series series(Metric.Type type, Metric metric, String... tagValues) {
    if (metric.type() != type) {
      throw new IllegalArgumentException(
          "%s is a %s, not a %s".formatted(metric.exportedName(), metric.type(), type));
    }
    return series.computeIfAbsent(new Key(metric, List.of(tagValues)), this::register);
  }

  private Series register(Key key) {
    Metric metric = key.metric();
    return switch (metric.type()) {
      case COUNTER ->
          new CounterSeries(
              Counter.builder(metric.exportedName())
                  .description(metric.help())
                  .tags(key.tags())
                  .register(registry));
      case HISTOGRAM ->
          // A summary in seconds: a Micrometer timer would append the unit a second time.
          new TimerSeries(
              DistributionSummary.builder(metric.exportedName())
                  .description(metric.help())
                  .baseUnit(metric.unit())
                  .serviceLevelObjectives(SECONDS)
                  .tags(key.tags())
                  .register(registry));
      case INFO -> {
        String[] values = key.tagValues().toArray(String[]::new);
        Info info = Objects.requireNonNull(infos.get(metric));
        info.addLabelValues(values);
        yield new InfoSeries(info, key.tagValues());
      }
      case GAUGE -> {
        AtomicLong bits = new AtomicLong();
        yield new GaugeSeries(
            bits,
            Gauge.builder(metric.exportedName(), bits, b -> Double.longBitsToDouble(b.get()))
                .description(metric.help())
                .baseUnit(metric.unit().isEmpty() ? null : metric.unit())
                .strongReference(true)
                .tags(key.tags())
                .register(registry));
      }
    };
  }

  private @Nullable Series unregister(Key key, Series gone) {
    gone.removeFrom(registry);
    return null;
  }

  private record Key(Metric metric, List<String> tagValues) {
    Key {
      if (tagValues.size() != metric.tags().size()) {
        throw new IllegalArgumentException(
            "%s needs values for %s, got %s"
                .formatted(metric.exportedName(), metric.tags(), tagValues));
      }
    }

    boolean startsWith(List<String> leading) {
      return leading.size() <= tagValues.size()
          && tagValues.subList(0, leading.size()).equals(leading);
    }

    Tags tags() {
      List<Tag> tags = new ArrayList<>();
      for (int i = 0; i < tagValues.size(); i++) {
        tags.add(Tag.of(metric.tags().get(i), tagValues.get(i)));
      }
      return Tags.of(tags);
    }
  }

  private sealed interface Series {
    void removeFrom(PrometheusMeterRegistry registry);
  }

  private record CounterSeries(Counter counter) implements Series {
    @Override
    public void removeFrom(PrometheusMeterRegistry registry) {
      registry.remove(counter);
    }
  }

  private record TimerSeries(DistributionSummary summary) implements Series {
    @Override
    public void removeFrom(PrometheusMeterRegistry registry) {
      registry.remove(summary);
    }
  }

  /** Holds the value itself: a gauge that Micrometer is given twice reads NaN for ever. */
  private record GaugeSeries(AtomicLong bits, Gauge gauge) implements Series {
    void set(double value) {
      bits.set(Double.doubleToLongBits(value));
    }

    @Override
    public void removeFrom(PrometheusMeterRegistry registry) {
      registry.remove(gauge);
    }
  }

  private record InfoSeries(Info info, List<String> tagValues) implements Series {
    @Override
    public void removeFrom(PrometheusMeterRegistry registry) {
      info.remove(tagValues.toArray(String[]::new));
    }
  }
}
