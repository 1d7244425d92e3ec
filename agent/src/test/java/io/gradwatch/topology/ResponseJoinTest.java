package io.gradwatch.topology;

import static io.gradwatch.topology.JoinedTopics.ID;
import static io.gradwatch.topology.JoinedTopics.RESPONSES;
import static io.gradwatch.topology.Traffic.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.sample.Field;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.Priority;
import io.gradwatch.window.JoinSettings;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.WindowSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests meet their responses, from the topics to what the device is offered. */
class ResponseJoinTest {
  private static final long T = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();

  /** When the window at {@link #T} is over. */
  private static final long OVER = T + Traffic.SIZE + Traffic.GRACE;

  private final List<JoinedTopics> open = new ArrayList<>();
  private JoinedTopics topics = start(Field.Header::new, 64 << 10);

  private interface Place {
    Field of(String name);
  }

  private static StreamModel model(Field id, List<String> responseTopics, long sampleBytes) {
    StreamModel model = Traffic.model();
    WindowSettings window =
        new WindowSettings(
            Duration.ofMillis(Traffic.SIZE),
            Traffic.K,
            Duration.ofMillis(Traffic.GRACE),
            Duration.ofSeconds(1),
            Duration.ofHours(5),
            Duration.ofSeconds(30),
            1024,
            sampleBytes);
    return Traffic.joined(model, new JoinSettings(id, true, responseTopics), window);
  }

  private JoinedTopics start(Place id, long sampleBytes) {
    JoinedTopics started =
        new JoinedTopics(
            model(id.of(ID), List.of(RESPONSES), sampleBytes), List.of(TOPIC, RESPONSES), T - 1);
    open.add(started);
    return started;
  }

  @AfterEach
  void stop() {
    open.forEach(JoinedTopics::close);
  }

  /** Closes the window at {@link #T}. */
  private SampleBatch closed() {
    topics.watermark(TOPIC, OVER);
    assertThat(topics.batches()).as("responses may still come").isEmpty();
    topics.watermark(RESPONSES, OVER);
    assertThat(topics.batches()).hasSize(1);
    return topics.batches().get(0);
  }

  private void requests() {
    for (int number = 0; number < Traffic.K; number++) {
      topics.request(number, T + number);
    }
  }

  @Test
  void joinsResponsesThatComeBeforeWithAndAfterTheirRequests() {
    topics.response(0, 100, T - 1);
    topics.response(1, 101, T);
    requests();
    for (int number = 2; number < 7; number++) {
      topics.response(number, 100 + number, T + 10 + number);
    }
    // Just after the window's end, so in the next one.
    topics.response(7, 107, T + Traffic.SIZE + 500);

    SampleBatch batch = closed();

    assertThat(JoinedTopics.answers(batch))
        .isEqualTo(
            Map.of(0, 100.0, 1, 101.0, 2, 102.0, 3, 103.0, 4, 104.0, 5, 105.0, 6, 106.0, 7, 107.0));
    assertThat(batch.samples()).extracting(InferenceSample::id).contains("id-3");
    assertThat(topics.metrics.scrape())
        .contains(
            "gradwatch_responses_joined_total{model=\"digits\"} 8.0",
            "gradwatch_responses_seen_total{model=\"digits\"} 10.0",
            "gradwatch_samples_seen_total{model=\"digits\"} 10.0")
        .doesNotContain("unjoined_total{");
  }

  @Test
  void saysOfEachRequestWhyItHasNoResponse() {
    for (int number = 0; number < 6; number++) {
      topics.request(number, T + number);
    }
    topics.request(5, T + 6); // sent once more under the same id
    topics.send(TOPIC, Traffic.request(8), T + 7, Map.of());
    topics.response(0, 100, T + 20);
    topics.response(0, 999, T + 21); // the first one counts
    topics.send(RESPONSES, Traffic.response(1, 101), T + 22, Map.of(ID, "another"));
    topics.send(RESPONSES, Traffic.response(2, 102), T + 23, Map.of());
    topics.send(
        RESPONSES,
        (" ".repeat(1025) + "{}").getBytes(java.nio.charset.StandardCharsets.UTF_8),
        T + 24,
        Map.of(ID, "id-3"));
    topics.response(5, 105, T + 25);
    topics.deadLetters();

    Map<Integer, Double> answers = JoinedTopics.answers(closed());

    assertThat(answers).containsEntry(0, 100.0).hasSize(7);
    assertThat(answers.values().stream().filter(answer -> answer.isNaN())).hasSize(6);
    assertThat(topics.metrics.scrape())
        .contains(
            "gradwatch_responses_joined_total{model=\"digits\"} 1.0",
            "gradwatch_requests_unjoined_total{model=\"digits\",reason=\"expired\"} 4.0",
            "gradwatch_requests_unjoined_total{model=\"digits\",reason=\"ambiguous\"} 2.0",
            "gradwatch_requests_unjoined_total{model=\"digits\",reason=\"no-id\"} 1.0",
            "gradwatch_responses_unjoined_total{model=\"digits\",reason=\"no-id\"} 1.0",
            "gradwatch_samples_refused_total{model=\"digits\",reason=\"too-large\"} 1.0");
  }

  @Test
  void countsResponsesThatNobodyAskedFor() {
    requests();
    closed();
    for (int number = 10; number < 10 + Traffic.K; number++) {
      topics.request(number, OVER + number);
      topics.response(number, 1, OVER + number);
    }
    int orphan = 30;
    while (Long.compareUnsigned(priority(orphan), least(0, 10)) >= 0) {
      orphan++;
    }
    topics.response(orphan, 1, OVER + 40);
    topics.watermark(TOPIC, OVER + Traffic.SIZE);
    topics.watermark(RESPONSES, OVER + Traffic.SIZE);

    assertThat(topics.batches()).hasSize(2);
    assertThat(topics.metrics.scrape())
        .contains(
            "gradwatch_responses_unjoined_total{model=\"digits\",reason=\"expired\"} 1.0",
            "gradwatch_responses_joined_total{model=\"digits\"} 8.0");
  }

  private static long priority(int number) {
    return Priority.ofId(0, "id-" + number);
  }

  /** The smaller of the largest priorities of two windows, by the first numbers in them. */
  private static long least(int first, int second) {
    return Stream.of(first, second)
        .map(
            start ->
                IntStream.range(start, start + Traffic.K)
                    .mapToObj(ResponseJoinTest::priority)
                    .max(Long::compareUnsigned)
                    .orElseThrow())
        .min(Long::compareUnsigned)
        .orElseThrow();
  }

  @Test
  void keepsNoMoreBytesThanASampleMayHave() {
    // Eight requests, and fewer of the longer responses.
    topics = start(Field.Header::new, 1024);
    requests();
    for (int number = 0; number < Traffic.K; number++) {
      topics.response(number, (number + 1) / 7.0, T + 20 + number);
    }

    Map<Integer, Double> answers = JoinedTopics.answers(closed());

    long joined = answers.values().stream().filter(answer -> !Double.isNaN(answer)).count();
    assertThat(joined).isBetween(2L, 7L);
    assertThat(topics.metrics.scrape())
        .contains(
            "gradwatch_responses_joined_total{model=\"digits\"} %d.0".formatted(joined),
            "gradwatch_requests_unjoined_total{model=\"digits\",reason=\"over-bytes\"} %d.0"
                .formatted(8 - joined),
            "gradwatch_responses_unjoined_total{model=\"digits\",reason=\"over-bytes\"} %d.0"
                .formatted(8 - joined));
  }

  @Test
  void joinsNothingThatCameAfterItsOwnPartitionHadPassedTheClose() {
    requests();
    topics.response(0, 100, T + 20);
    topics.response(99, 0, OVER);
    // Its time is good, and the window is still open, but only because of the other topic.
    topics.response(1, 101, OVER - 1);
    assertThat(topics.batches()).isEmpty();

    topics.watermark(TOPIC, OVER);

    assertThat(JoinedTopics.answers(topics.batches().get(0)))
        .containsEntry(0, 100.0)
        .containsEntry(1, Double.NaN);
  }

  @Test
  void drawsTheSameSampleAndJoinsTheSameHoweverTheTopicsAreReadAgainstEachOther() {
    List<SampleBatch> batches = new ArrayList<>();
    for (long seed = 0; seed < 6; seed++) {
      topics = start(Field.Header::new, 64 << 10);
      interleave(new Random(seed), 200);
      batches.add(topics.batches().get(0));
    }

    SampleBatch first = batches.get(0);
    assertThat(JoinedTopics.answers(first)).hasSize(Traffic.K).doesNotContainValue(Double.NaN);
    // Not the digests: the driver counts offsets of all topics of a pattern together.
    assertThat(batches).extracting(JoinedTopics::answers).containsOnly(JoinedTopics.answers(first));
  }

  /** Requests in their order and responses in theirs, each a while later, but mixed at random. */
  private void interleave(Random random, int records) {
    int requests = 0;
    int responses = 0;
    while (requests < records || responses < records) {
      boolean request = responses == records || (requests < records && random.nextBoolean());
      int number = request ? requests++ : responses++;
      long time = T + number * Traffic.SIZE / records;
      if (request) {
        topics.request(number, time);
      } else {
        topics.response(number, 1_000 + number, time + 300);
      }
    }
    topics.watermark(TOPIC, OVER);
    topics.watermark(RESPONSES, OVER);
  }

  @Test
  void tellsRequestsFromResponsesOfOneTopicByHeadersOrByWhatTheyHold() {
    for (Field id : List.of(new Field.Header("ce_id"), new Field.BodyId())) {
      topics = new JoinedTopics(model(id, List.of(), 64 << 10), List.of(TOPIC), T - 1);
      open.add(topics);
      List<Integer> order = new ArrayList<>();
      for (int number = 0; number < 2 * Traffic.K; number++) {
        order.add(number);
      }
      Collections.shuffle(order, new Random(3));
      for (int entry : order) {
        int number = entry / 2;
        boolean request = entry % 2 == 0;
        boolean typed = id instanceof Field.Header && number % 2 == 0;
        String type = "org.kubeflow.serving.inference." + (request ? "request" : "response");
        topics.send(
            TOPIC,
            request ? Traffic.request(number) : Traffic.response(number, 50 + number),
            T + entry,
            typed
                ? Map.of("ce_specversion", "1.0", "ce_id", "e" + number, "ce_type", type)
                : Map.of("ce_id", "e" + number));
      }
      topics.watermark(TOPIC, OVER);

      assertThat(JoinedTopics.answers(topics.batches().get(0)))
          .as("id from %s", id.label())
          .hasSize(Traffic.K)
          .allSatisfy((number, answer) -> assertThat(answer).isEqualTo(50.0 + number));
    }
  }

  @Test
  void letsResponsesTakeNoPlaceOfRequests() {
    for (int number = 0; number < 500; number++) {
      topics.response(number, 0, T + number);
    }
    requests();

    assertThat(closed().samples()).hasSize(Traffic.K);
  }
}
