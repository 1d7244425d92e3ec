package io.gradwatch.hour;

import io.gradwatch.bench.Memory;
import io.gradwatch.fire.Fleet;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.hipparchus.stat.regression.SimpleRegression;

/** Resident memory of each process of the agents, from its start to its end. */
final class Lives {
  /** What is left out at the start of a process. */
  private static final Duration WARM_UP = Duration.ofMinutes(1);

  private static final Duration EVERY = Duration.ofSeconds(5);

  private final Map<Long, Life> byProcess = new HashMap<>();
  private final List<Life> all = new ArrayList<>();
  private Instant next = Instant.MIN;

  /**
   * One process.
   *
   * @param points MiB by time
   */
  record Life(int agent, Instant from, NavigableMap<Instant, Double> points) {
    Instant to() {
      return points.isEmpty() ? from : points.lastKey();
    }

    double mostMiB() {
      return points.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }

    String slope() {
      return Lives.slope(points.tailMap(from.plus(WARM_UP)));
    }
  }

  List<Life> all() {
    return List.copyOf(all);
  }

  /** Takes a point of each process where one is due. */
  void look(Instant now, Fleet fleet) {
    if (now.isBefore(next)) {
      return;
    }
    next = now.plus(EVERY);
    for (int agent = 0; agent < fleet.size(); agent++) {
      int number = agent;
      Life life =
          byProcess.computeIfAbsent(
              fleet.pid(agent),
              pid -> {
                Life born = new Life(number, now, new TreeMap<>());
                all.add(born);
                return born;
              });
      try {
        life.points().put(now, Memory.residentMiB(fleet.pid(agent)));
      } catch (UncheckedIOException e) {
        // It has just ended; the fleet counts that.
      }
    }
  }

  /** The straight line through points: MiB an hour with its 95 % interval, or that it is short. */
  static String slope(Map<Instant, Double> points) {
    SimpleRegression line = new SimpleRegression();
    points.forEach((at, miB) -> line.addData(at.toEpochMilli() / 3_600_000.0, miB));
    return line.getN() < 12
        ? "too short"
        : "%+.1f +- %.1f".formatted(line.getSlope(), line.getSlopeConfidenceInterval());
  }
}
