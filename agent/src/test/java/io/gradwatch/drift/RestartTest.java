package io.gradwatch.drift;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradwatch.importance.ImportanceSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is handed out survives a restart, as JSON and to the last bit. */
class RestartTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DriftSettings SETTINGS = Traffic.settings("10% in 200 windows", 50, 0.1);

  @Test
  void readsTheSameWithARestartAfterEveryWindow() throws JsonProcessingException {
    Stores stores = new Stores();
    DriftTracker undisturbed = DriftTracker.start(SETTINGS, null);
    List<DriftStatus> statuses = new ArrayList<>();

    for (ImportanceSnapshot window : calmDriftAndCalm()) {
      DriftReading expected = Readings.of(undisturbed.accept(window));

      DriftReading restarted = Readings.of(stores.keep(stores.resume().accept(window)));

      assertThat(restarted).isEqualTo(expected);
      statuses.add(expected.status());
    }
    assertThat(statuses)
        .contains(DriftStatus.CALIBRATING, DriftStatus.STABLE, DriftStatus.DRIFT)
        .endsWith(DriftStatus.STABLE);
    assertThat(stores.collected).isEmpty();
  }

  @Test
  void writesABaselineAsPlainJson() throws JsonProcessingException {
    Baseline baseline = Baseline.of(new Traffic(1, 3, 4, 0).windows(50), SETTINGS);

    Baseline read = roundTrip(baseline, Baseline.class);

    assertThat(read).isEqualTo(baseline);
    assertThat(read.id()).isEqualTo(baseline.id());
  }

  private static List<ImportanceSnapshot> calmDriftAndCalm() {
    Traffic traffic = new Traffic(11, 6, 8, 0);
    List<ImportanceSnapshot> windows = new ArrayList<>(traffic.windows(80));
    windows.addAll(traffic.shift(group -> group < 2 ? 5 : 0).windows(30));
    windows.addAll(traffic.shift(group -> 0).windows(40));
    return windows;
  }

  private static <T> T roundTrip(T value, Class<T> type) throws JsonProcessingException {
    return JSON.readValue(JSON.writeValueAsString(value), type);
  }

  /** Stores that keep JSON. */
  private static final class Stores {
    private DriftState state = DriftState.START;
    private @Nullable Baseline baseline;
    private final TreeMap<Long, WindowScores> pool = new TreeMap<>();
    private final TreeMap<Long, WindowContributions> collected = new TreeMap<>();

    DriftTracker resume() {
      return DriftTracker.resume(SETTINGS, baseline, state, pool.values(), collected.values());
    }

    DriftStep keep(DriftStep step) throws JsonProcessingException {
      state = roundTrip(step.state(), DriftState.class);
      if (step.completed() != null) {
        baseline = roundTrip(step.completed(), Baseline.class);
      }
      if (step.pooled() != null) {
        pool.put(step.pooled().start(), roundTrip(step.pooled(), WindowScores.class));
      }
      if (step.collected() != null) {
        collected.put(
            step.collected().start(), roundTrip(step.collected(), WindowContributions.class));
      }
      step.leftPool().forEach(pool::remove);
      step.uncollected().forEach(collected::remove);
      return step;
    }
  }
}
