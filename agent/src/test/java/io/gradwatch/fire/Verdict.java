package io.gradwatch.fire;

import io.gradwatch.agent.ExpectedWindows;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.topology.WindowOutcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/**
 * What the committed output says against what the input says must come out. Windows by their start.
 *
 * @param expected all but the first window, which nobody saw whole, and the last, which nothing
 *     closes
 * @param published outcomes, in the order of the topic
 * @param readings the same of the drift topic
 * @param lost expected and never published
 * @param duplicated published more than once, or not expected
 * @param wrong published with another sample, or skipped
 */
public record Verdict(
    List<Long> expected,
    List<Long> published,
    List<Long> readings,
    List<Long> lost,
    List<Long> duplicated,
    List<String> wrong) {

  /**
   * Of one model.
   *
   * @param all digests of the samples by window, of all records of its topic
   */
  public static Verdict of(String servers, String model, SortedMap<Long, String> all) {
    List<Long> starts = new ArrayList<>(all.keySet());
    SortedMap<Long, String> expected =
        new TreeMap<>(all.subMap(starts.get(1), starts.get(starts.size() - 1)));
    List<WindowOutcome> outcomes =
        ExpectedWindows.values(servers, "gradwatch.importance", WindowOutcome.class);
    List<Long> published = new ArrayList<>();
    Set<Long> once = new HashSet<>();
    List<Long> duplicated = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (WindowOutcome outcome : outcomes) {
      boolean own = outcome.model().equals(model) && outcome.method() == null;
      if (!own || outcome.start() > expected.lastKey()) {
        continue; // the last one is closed by the silence after it
      }
      published.add(outcome.start());
      if (!once.add(outcome.start()) || !expected.containsKey(outcome.start())) {
        duplicated.add(outcome.start());
      }
      String digest = outcome.snapshot() == null ? outcome.skipped() : outcome.snapshot().digest();
      if (!Objects.equals(digest, expected.get(outcome.start()))) {
        wrong.add("%d (%s)".formatted(outcome.start(), outcome.skipped()));
      }
    }
    List<Long> readings =
        ExpectedWindows.values(servers, "gradwatch.drift", DriftReading.class).stream()
            .filter(reading -> reading.model().equals(model))
            .map(DriftReading::start)
            .filter(start -> start <= expected.lastKey())
            .toList();
    List<Long> lost = expected.keySet().stream().filter(start -> !once.contains(start)).toList();
    return new Verdict(
        List.copyOf(expected.keySet()), published, readings, lost, duplicated, wrong);
  }

  /** Whether each window came out exactly once, in order, and so did its reading. */
  public boolean isClean() {
    return wrong.isEmpty() && published.equals(expected) && readings.equals(expected);
  }

  /** Whether nothing is missing any more. */
  public boolean isComplete() {
    return published.size() >= expected.size();
  }

  /** How many windows were computed; none before the topic is there. */
  static long published(String servers) throws InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      if (!admin.listTopics().names().get().contains("gradwatch.importance")) {
        return 0;
      }
    }
    return ExpectedWindows.values(servers, "gradwatch.importance", WindowOutcome.class).stream()
        .filter(outcome -> outcome.snapshot() != null)
        .count();
  }
}
