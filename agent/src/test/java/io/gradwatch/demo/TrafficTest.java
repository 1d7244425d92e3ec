package io.gradwatch.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class TrafficTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final DigitRequests REQUESTS =
      new DigitRequests(
          IntStream.range(0, 10)
              .mapToObj(label -> new Digit(label, Collections.nCopies(64, label / 16.0)))
              .toList(),
          7);

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

  @Test
  void spacesAHistoryEvenlyUpToItsEnd() {
    try (Traffic traffic = traffic(() -> NOON)) {
      assertThat(traffic.history(NOON, NOON.plusSeconds(2), 4)).isEqualTo(8);
    }

    assertThat(producer.history())
        .extracting(record -> record.timestamp() - NOON.toEpochMilli())
        .containsExactly(0L, 250L, 500L, 750L, 1000L, 1250L, 1500L, 1750L);
  }

  @Test
  void numbersRequestsOnFromOneHistoryToTheNext() {
    try (Traffic traffic = traffic(() -> NOON)) {
      traffic.history(NOON, NOON.plusSeconds(1), 2);
      traffic.shift(Shift.INVERTED);
      traffic.history(NOON.plusSeconds(1), NOON.plusSeconds(2), 1);
    }

    assertThat(producer.history())
        .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
        .containsExactly("digit-0", "digit-1", "digit-2");
    assertThat(producer.history())
        .extracting(ProducerRecord::value)
        .containsExactly(
            REQUESTS.body(0, Shift.NONE),
            REQUESTS.body(1, Shift.NONE),
            REQUESTS.body(2, Shift.INVERTED));
  }

  @Test
  void sendsNothingForAnEmptyHistory() {
    try (Traffic traffic = traffic(() -> NOON)) {
      assertThat(traffic.history(NOON, NOON.minusSeconds(1), 10)).isZero();
    }
  }

  @Test
  void saysThatAHistoryWasNotDelivered() {
    MockProducer<byte[], byte[]> refusing =
        new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()) {
          @Override
          public synchronized void flush() {
            while (errorNext(new IllegalStateException("disk full"))) {}
          }
        };
    try (Traffic traffic = new Traffic(refusing, "digits", REQUESTS, () -> NOON)) {
      assertThatExceptionOfType(KafkaException.class)
          .isThrownBy(() -> traffic.history(NOON, NOON.plusSeconds(1), 2))
          .withMessage("cannot send history to topic digits")
          .withStackTraceContaining("disk full");
    }
  }

  @Test
  void sendsLiveWhatTheClockMakesDue() {
    AtomicLong seconds = new AtomicLong();
    try (Traffic traffic = traffic(() -> NOON.plusSeconds(seconds.getAndIncrement()))) {
      traffic.live(3);
      await().atMost(Duration.ofSeconds(20)).until(() -> producer.history().size() >= 30);
    }

    List<Long> times = producer.history().stream().map(ProducerRecord::timestamp).toList();
    assertThat(times.subList(0, 4))
        .extracting(time -> time - NOON.toEpochMilli())
        .containsExactly(0L, 333L, 666L, 1000L);
    assertThat(times).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void leavesNoThreadBehind() {
    try (Traffic traffic = traffic(InstantSource.system())) {
      traffic.live(1_000);
      await().atMost(Duration.ofSeconds(20)).until(() -> !producer.history().isEmpty());
      assertThat(trafficThreads()).isOne();
    }

    // An executor says that it has terminated a moment before its thread ends.
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(trafficThreads()).isZero());
    assertThat(producer.closed()).isTrue();
  }

  @Test
  void isLiveOnlyOnce() {
    try (Traffic traffic = traffic(() -> NOON)) {
      traffic.live(1);

      assertThatIllegalStateException().isThrownBy(() -> traffic.live(1));
    }
  }

  private Traffic traffic(InstantSource clock) {
    return new Traffic(producer, "digits", REQUESTS, clock);
  }

  private static long trafficThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("gradwatch-traffic-digits"))
        .count();
  }
}
