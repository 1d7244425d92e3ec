package io.gradwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.metrics.Metrics;
import io.gradwatch.sample.Field;
import io.gradwatch.sample.Priority;
import io.gradwatch.serde.v1.Label;
import io.gradwatch.window.LabelSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.WindowStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More labels than there is room for. */
class LabelStoreTest {
  private static final long T = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final long MAX_BYTES = 100_000;
  private static final int LABELS = 10_000;
  private static final int APART = 100;
  private static final List<StreamModel> MODELS =
      List.of(
          Traffic.labelled(
              4, new LabelSource("labels", new Field.Key(), Duration.ofMinutes(1), MAX_BYTES)));

  private final Metrics metrics = new Metrics();
  private MockProcessorContext<Void, Void> context;
  private WindowStore<String, Label> stored;

  @BeforeEach
  @SuppressWarnings("unchecked")
  void open(@TempDir Path directory) {
    context =
        new MockProcessorContext<>(
            Traffic.properties("labels"), new TaskId(0, 0), directory.toFile());
    stored = (WindowStore<String, Label>) LabelStore.builder(MODELS).withLoggingDisabled().build();
    stored.init(context.getStateStoreContext(), stored);
    context.addStateStore(stored);
  }

  @AfterEach
  void close() {
    stored.close();
    metrics.close();
  }

  @Test
  void keepsAUniformPartThatFits() {
    LabelStore labels = labels();

    fill(labels, 0);

    List<String> kept = ids();
    List<Integer> present =
        IntStream.range(0, LABELS)
            .filter(i -> labels.get(Traffic.MODEL, id(i)) != null)
            .boxed()
            .toList();
    long highest =
        present.stream().map(LabelStoreTest::priority).max(Long::compareUnsigned).orElseThrow();
    assertThat(present).hasSameSizeAs(kept);
    assertThat(present)
        .as("all with hashes up to a limit, and no others")
        .containsExactlyElementsOf(
            IntStream.range(0, LABELS)
                .filter(i -> Long.compareUnsigned(priority(i), highest) <= 0)
                .boxed()
                .toList());
    assertThat(bytes()).isGreaterThan(MAX_BYTES * 9 / 10);
    int[] tenths = new int[10];
    for (int number : present) {
      tenths[number * 10 / LABELS]++;
    }
    // Binomial: four standard deviations around the mean of the tenths.
    double mean = present.size() / 10.0;
    assertThat(IntStream.of(tenths).boxed().toList())
        .as("of every time")
        .allSatisfy(
            tenth ->
                assertThat((double) tenth)
                    .isBetween(mean - 4 * Math.sqrt(mean), mean + 4 * Math.sqrt(mean)));
    assertThat(metrics.scrape())
        .contains(
            "gradwatch_labels_unjoined_total{model=\"digits\",reason=\"over-bytes\"} %s.0"
                .formatted(LABELS - kept.size()));
  }

  @Test
  void givesBackWhatWasPutAndSaysWhyNot() {
    LabelStore labels = labels();
    fill(labels, 0);
    Set<String> kept = new TreeSet<>(ids());

    for (int i = 0; i < LABELS; i++) {
      LabelStore.Found found = labels.get(Traffic.MODEL, id(i));
      if (kept.contains(id(i))) {
        assertThat(found).isEqualTo(new LabelStore.Found(T + (long) i * APART, List.of(i / 2.0)));
      } else {
        assertThat(labels.why(Traffic.MODEL, id(i))).isEqualTo("over-bytes");
      }
    }
    assertThat(labels.why(Traffic.MODEL, smallest())).isEqualTo("expired");
  }

  @Test
  void aRestartFindsTheSameAndStaysWithinItsBytes() {
    fill(labels(), 0);
    List<String> before = ids();

    LabelStore again = labels();

    assertThat(ids()).isEqualTo(before);
    assertThat(before).allSatisfy(id -> assertThat(again.get(Traffic.MODEL, id)).isNotNull());
    fill(again, LABELS);
    assertThat(ids()).hasSizeBetween(before.size() * 9 / 10, before.size() * 11 / 10);
  }

  @Test
  void countsWhatIsTooOldAndTakesAllAgain() {
    LabelStore labels = labels();
    fill(labels, 0);
    int kept = ids().size();
    labels.joined(Traffic.MODEL, List.of(new LabelStore.Found(T, List.of(0.0))));
    long later = T + LabelStore.retention(MODELS).toMillis() + (long) LABELS * APART;

    for (int tick = 0; tick < 1_000; tick++) {
      labels.advance(later + tick);
    }

    assertThat(metrics.scrape())
        .contains(
            "gradwatch_labels_unjoined_total{model=\"digits\",reason=\"expired\"} %s.0"
                .formatted(kept - 1));
    for (int i = LABELS; i < LABELS + 100; i++) {
      labels.put(Traffic.MODEL, label(i), later + 1_000 + i);
      assertThat(labels.get(Traffic.MODEL, id(i))).isNotNull();
    }
  }

  @Test
  void oneLabelDoesNotPushOutAllOthers() {
    LabelStore labels = labels();
    Label large =
        Label.newBuilder().setId("large").addAllValues(Collections.nCopies(200, 1.0)).build();

    labels.put(Traffic.MODEL, large, T);

    assertThat(ids()).isEmpty();
    assertThat(metrics.scrape())
        .contains("gradwatch_labels_unjoined_total{model=\"digits\",reason=\"over-bytes\"} 1.0");
  }

  @Test
  void theLastLabelOfAnIdCountsAndOneOfTheSameTimeTakesNoMoreRoom() {
    LabelStore labels = labels();
    for (int i = 0; i < LABELS; i++) {
      labels.put(Traffic.MODEL, Label.newBuilder().setId("1").addValues(i).build(), T + i / 5_000);
    }

    assertThat(labels.get(Traffic.MODEL, "1"))
        .isEqualTo(new LabelStore.Found(T + 1, List.of(LABELS - 1.0)));
    assertThat(metrics.scrape()).doesNotContain("over-bytes");
  }

  @Test
  void readsLabelsThatWereKeptWithoutAHash() {
    stored.put(Traffic.MODEL + "/17", label(17), T);

    LabelStore labels = labels();

    assertThat(labels.get(Traffic.MODEL, "17")).isNull();
    assertThat(labels.get(Traffic.MODEL, id(17))).isEqualTo(new LabelStore.Found(T, List.of(8.5)));
    assertThat(ids()).hasSize(1);
  }

  private LabelStore labels() {
    return new LabelStore(context, MODELS, metrics);
  }

  /** Many labels, one after the other; the bytes are looked at on the way. */
  private void fill(LabelStore labels, int from) {
    for (int i = from; i < from + LABELS; i++) {
      labels.put(Traffic.MODEL, label(i), T + (long) i * APART);
      if (i % 1_000 == 0) {
        assertThat(bytes()).isLessThanOrEqualTo(MAX_BYTES);
      }
    }
    assertThat(bytes()).isLessThanOrEqualTo(MAX_BYTES);
  }

  private static Label label(int number) {
    return Label.newBuilder().setId(id(number)).addValues(number / 2.0).build();
  }

  private static String id(int number) {
    return "request-" + number;
  }

  private static long priority(int number) {
    return Priority.ofId(0, id(number));
  }

  private static String smallest() {
    return IntStream.range(0, LABELS)
        .boxed()
        .min((a, b) -> Long.compareUnsigned(priority(a), priority(b)))
        .map(LabelStoreTest::id)
        .orElseThrow();
  }

  private List<String> ids() {
    List<String> ids = new ArrayList<>();
    try (KeyValueIterator<Windowed<String>, Label> all = stored.all()) {
      all.forEachRemaining(entry -> ids.add(entry.value.getId()));
    }
    return ids;
  }

  private long bytes() {
    long bytes = 0;
    try (KeyValueIterator<Windowed<String>, Label> all = stored.all()) {
      while (all.hasNext()) {
        var entry = all.next();
        bytes +=
            entry.key.key().getBytes(StandardCharsets.UTF_8).length
                + 12
                + entry.value.toByteArray().length;
      }
    }
    return bytes;
  }
}
