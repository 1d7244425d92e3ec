package io.gradwatch.fire;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.gradwatch.demo.Traffic;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.hipparchus.stat.descriptive.StreamingStatistics;
import org.hipparchus.stat.regression.SimpleRegression;

/**
 * Resident memory of the installed agent over time, at some traffic and then at ten times as much.
 *
 * <p>The Java heap is fixed and touched at the start, so that what grows is outside of it: stores,
 * libtorch, threads and buffers. Slopes are those of the straight line through the means of each
 * minute.
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

  /** What was seen in one part. */
  private record Part(int minutes, double meanMiB, double mostMiB, double slope, double interval) {}

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
    try (BrokerCluster cluster = BrokerCluster.start(directory, 1);
        Fleet fleet =
            new Fleet(
                directory,
                FIXED_HEAP,
                state ->
                    FireRun.config(
                        cluster.proxiedServers(), WINDOW, K, Duration.ofSeconds(30), state))) {
      cluster.createTopic(FireRun.TOPIC, 4);
      fleet.scale(1);
      try (Traffic traffic = FireRun.traffic(cluster.servers());
          Traffic more = FireRun.traffic(cluster.servers())) {
        traffic.live(RATE);
        watch(fleet, WARM_UP_MINUTES);
        Part calm = watch(fleet, minutes - busy - WARM_UP_MINUTES);
        more.live((STEP - 1) * RATE);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("%.0f records/s".formatted(RATE), calm);
        result.put("%.0f records/s".formatted(STEP * RATE), watch(fleet, busy));
        result.put("windows", Verdict.published(cluster.servers()));
        result.put("agents that ended by themselves", fleet.endedByThemselves());
        print(result);
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json, result);
      }
    }
  }

  private static Part watch(Fleet fleet, int minutes) throws IOException, InterruptedException {
    SimpleRegression line = new SimpleRegression();
    StreamingStatistics all = new StreamingStatistics();
    for (int minute = 0; minute < minutes; minute++) {
      double sum = 0;
      for (int second = 0; second < 60; second++) {
        fleet.rest(Duration.ofSeconds(1));
        double resident = residentMiB(fleet.pid(0));
        sum += resident;
        all.addValue(resident);
      }
      line.addData(minute / 60.0, sum / 60);
      System.out.printf("%3d min  %.1f MiB%n", minute + 1, sum / 60);
    }
    return new Part(
        minutes,
        all.getMean(),
        all.getMax(),
        line.getSlope(),
        minutes > 2 ? line.getSlopeConfidenceInterval() : Double.NaN);
  }

  private static double residentMiB(long pid) throws IOException {
    return Files.readString(Path.of("/proc", Long.toString(pid), "status"))
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
        .sum();
  }

  private static void print(Map<String, Object> result) {
    System.out.println("| traffic | minutes | mean MiB | most MiB | MiB an hour (95 %) |");
    System.out.println("|---|---|---|---|---|");
    result.forEach(
        (name, value) -> {
          if (value instanceof Part part) {
            System.out.printf(
                "| %s | %d | %.0f | %.0f | %+.1f +- %.1f |%n",
                name,
                part.minutes(),
                part.meanMiB(),
                part.mostMiB(),
                part.slope(),
                part.interval());
          } else {
            System.out.printf("%s: %s%n", name, value);
          }
        });
  }
}
