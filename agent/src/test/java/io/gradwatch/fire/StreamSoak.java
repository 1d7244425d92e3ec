package io.gradwatch.fire;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.gradwatch.bench.Memory;
import io.gradwatch.demo.Traffic;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.hipparchus.stat.descriptive.StreamingStatistics;
import org.hipparchus.stat.regression.SimpleRegression;

/**
 * Resident memory of the installed agent over time, at some traffic and then at ten times as much.
 *
 * <p>The Java heap is fixed and touched at the start, so that what grows is outside of it: stores,
 * libtorch, threads and buffers. Slopes are those of the straight line through the means of each
 * point.
 */
public final class StreamSoak {
  private static final Map<String, String> FIXED_HEAP =
      Map.of("JAVA_OPTS", "-Xms384m -Xmx384m -XX:+AlwaysPreTouch");
  private static final double RATE = 100;
  private static final int STEP = 10;
  private static final int K = 128;
  private static final Duration WINDOW = Duration.ofSeconds(2);
  private static final int WARM_UP_MINUTES = 2;

  private StreamSoak() {}

  /**
   * How long it takes.
   *
   * @param point what one mean is taken over
   * @param warmUp points that are left out
   * @param calm points at some traffic
   * @param busy points at ten times as much
   */
  record Plan(Duration point, int warmUp, int calm, int busy) {}

  /** What was seen in one part; slope and its 95 % interval are MiB an hour. */
  record Part(int points, double meanMiB, double mostMiB, double slope, double interval) {}

  /** What was seen at all. */
  record Result(Part calm, Part busy, long windows, int endedByThemselves) {}

  /**
   * Runs it, prints a table and writes it.
   *
   * @param minutes altogether, at least 8; the last third at ten times the traffic
   */
  public static void report(File json, int minutes)
      throws IOException, InterruptedException, ExecutionException {
    Path directory = Files.createTempDirectory("gradwatch-soak-");
    System.out.printf("logs and data in %s%n", directory);
    int busy = minutes / 3;
    Plan plan =
        new Plan(Duration.ofMinutes(1), WARM_UP_MINUTES, minutes - busy - WARM_UP_MINUTES, busy);
    Result result = run(directory, plan);
    System.out.println("| traffic | minutes | mean MiB | most MiB | MiB an hour (95 %) |");
    System.out.println("|---|---|---|---|---|");
    print(RATE, result.calm());
    print(STEP * RATE, result.busy());
    System.out.println(result);
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json, result);
  }

  static Result run(Path directory, Plan plan)
      throws IOException, InterruptedException, ExecutionException {
    try (BrokerCluster cluster = BrokerCluster.start(directory, 1);
        Fleet fleet =
            new Fleet(
                directory,
                FIXED_HEAP,
                (number, state) ->
                    FireRun.config(
                        cluster.proxiedServers(), WINDOW, K, Duration.ofSeconds(30), state))) {
      cluster.createTopic(FireRun.TOPIC, 4);
      fleet.scale(1);
      try (Traffic traffic = FireRun.traffic(cluster.servers());
          Traffic more = FireRun.traffic(cluster.servers())) {
        traffic.live(RATE);
        watch(fleet, plan.point(), plan.warmUp());
        Part calm = watch(fleet, plan.point(), plan.calm());
        more.live((STEP - 1) * RATE);
        Part busy = watch(fleet, plan.point(), plan.busy());
        return new Result(
            calm, busy, Verdict.published(cluster.servers()), fleet.endedByThemselves());
      }
    }
  }

  private static Part watch(Fleet fleet, Duration point, int points)
      throws IOException, InterruptedException {
    SimpleRegression line = new SimpleRegression();
    StreamingStatistics all = new StreamingStatistics();
    for (int number = 0; number < points; number++) {
      double sum = 0;
      for (int second = 0; second < point.toSeconds(); second++) {
        fleet.rest(Duration.ofSeconds(1));
        double resident = Memory.residentMiB(fleet.pid(0));
        sum += resident;
        all.addValue(resident);
      }
      double mean = sum / point.toSeconds();
      line.addData(number * (point.toSeconds() / 3600.0), mean);
      System.out.printf("%5d s  %.1f MiB%n", (number + 1) * point.toSeconds(), mean);
    }
    return new Part(
        points,
        all.getMean(),
        all.getMax(),
        line.getSlope(),
        points > 2 ? line.getSlopeConfidenceInterval() : Double.NaN);
  }

  private static void print(double rate, Part part) {
    System.out.printf(
        "| %.0f records/s | %d | %.0f | %.0f | %+.1f +- %.1f |%n",
        rate, part.points(), part.meanMiB(), part.mostMiB(), part.slope(), part.interval());
  }
}
