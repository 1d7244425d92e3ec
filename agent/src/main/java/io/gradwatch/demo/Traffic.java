package io.gradwatch.demo;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the requests of one sequence to a topic, evenly spaced in event time: first, if wanted, as
 * a history, then live.
 *
 * <p>Callable on any thread. {@link #live} has a thread of its own, until {@link #close}.
 */
public final class Traffic implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Traffic.class);
  private static final Duration TICK = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final double NANOS = 1e9;

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final DigitRequests requests;
  private final InstantSource clock;
  private long next;
  private volatile Shift shift = Shift.NONE;
  private volatile @Nullable ScheduledExecutorService pacer;

  /**
   * Prepares traffic; nothing is sent yet.
   *
   * @param producer is closed with this object
   * @param clock paces {@link #live}
   */
  public Traffic(
      Producer<byte[], byte[]> producer,
      String topic,
      DigitRequests requests,
      InstantSource clock) {
    this.producer = producer;
    this.topic = topic;
    this.requests = requests;
    this.clock = clock;
  }

  /** Prepares traffic to a broker. */
  public static Traffic to(
      String bootstrapServers, String topic, DigitRequests requests, InstantSource clock) {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", bootstrapServers, "client.id", "traffic", "linger.ms", 20);
    return new Traffic(
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer()),
        topic,
        requests,
        clock);
  }

  /** Applies a shift to every request from the next one on. */
  public void shift(Shift shift) {
    this.shift = shift;
  }

  /**
   * Sends requests of the past as fast as the broker takes them, and waits until it has them all.
   *
   * @param from event time of the first one
   * @param to event time that none reaches
   * @param ratePerSecond in event time, above 0
   * @return how many were sent
   * @throws KafkaException if one could not be delivered
   */
  public synchronized long history(Instant from, Instant to, double ratePerSecond) {
    long count = due(Duration.between(from, to), ratePerSecond);
    AtomicReference<Exception> failure = new AtomicReference<>();
    for (long i = 0; i < count; i++) {
      send(from.plusNanos(nanos(i, ratePerSecond)), failure);
    }
    producer.flush();
    Exception reason = failure.get();
    if (reason != null) {
      throw new KafkaException("cannot send history to topic " + topic, reason);
    }
    return count;
  }

  /**
   * Sends requests from now on, until closed. After a pause of the process it catches up.
   *
   * @param ratePerSecond above 0
   * @throws IllegalStateException if it does so already
   */
  @SuppressWarnings("FutureReturnValueIgnored") // Pace reports its own failures
  public synchronized void live(double ratePerSecond) {
    if (pacer != null) {
      throw new IllegalStateException("traffic to topic " + topic + " is live already");
    }
    Pace pace = new Pace(clock.instant(), ratePerSecond);
    pacer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "gradwatch-traffic-" + topic);
              thread.setDaemon(true);
              return thread;
            });
    pacer.scheduleWithFixedDelay(pace, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Stops sending and closes the producer. */
  @Override
  public void close() {
    // Takes no lock: a send that waits for the broker holds it, and is what this has to end.
    ScheduledExecutorService running = pacer;
    if (running != null) {
      running.shutdown();
      try {
        if (!running.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          running.shutdownNow();
        }
      } catch (InterruptedException e) {
        running.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }
    producer.close(PATIENCE);
  }

  /** Sends what has become due since the last time. */
  private final class Pace implements Runnable {
    private final Instant start;
    private final double rate;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private long sent;

    Pace(Instant start, double rate) {
      this.start = start;
      this.rate = rate;
    }

    @Override
    public void run() {
      try {
        long due = due(Duration.between(start, clock.instant()), rate);
        for (; sent < due; sent++) {
          send(start.plusNanos(nanos(sent, rate)), failure);
        }
        Exception reason = failure.getAndSet(null);
        if (reason != null) {
          LOG.warn("cannot send to topic {}", topic, reason);
        }
      } catch (KafkaException e) {
        // An exception that left this method would silently end the schedule.
        LOG.warn("cannot send to topic {}", topic, e);
      }
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback gets what the future would
  private synchronized void send(Instant eventTime, AtomicReference<Exception> failure) {
    long number = next++;
    ProducerRecord<byte[], byte[]> request =
        new ProducerRecord<>(
            topic,
            null,
            eventTime.toEpochMilli(),
            DigitRequests.id(number).getBytes(StandardCharsets.UTF_8),
            requests.body(number, shift));
    producer.send(
        request,
        (metadata, exception) -> {
          if (exception != null) {
            failure.compareAndSet(null, exception);
          }
        });
  }

  /** How many requests have an event time below {@code elapsed} after the first. */
  private static long due(Duration elapsed, double ratePerSecond) {
    if (!(ratePerSecond > 0)) {
      throw new IllegalArgumentException("rate is " + ratePerSecond + ", must be above 0");
    }
    return Math.max(0, (long) Math.ceil(elapsed.toNanos() / NANOS * ratePerSecond));
  }

  private static long nanos(long requests, double ratePerSecond) {
    return (long) (requests / ratePerSecond * NANOS);
  }
}
