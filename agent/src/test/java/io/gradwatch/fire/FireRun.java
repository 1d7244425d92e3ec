package io.gradwatch.fire;

import io.gradwatch.agent.ExpectedWindows;
import io.gradwatch.agent.Program;
import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.Traffic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Live traffic, the installed agent, brokers in processes of their own, and one fault after the
 * other; then what came out is compared with what must.
 */
final class FireRun {
  static final String MODEL = "digits";
  static final String TOPIC = "inference.digits";
  static final int K = 32;
  static final Duration WINDOW = Duration.ofSeconds(2);
  private static final int PARTITIONS = 4;
  private static final double RATE = 80;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private FireRun() {}

  /**
   * What is done.
   *
   * @param brokers 1, or 3 with three replicas
   * @param faults in this order
   * @param idleTimeout of the agents
   * @param outage of the longest faults
   * @param calm between two faults, twice this at most
   * @param seed of the calm and of what is hit
   */
  record Plan(
      int brokers,
      List<Fault> faults,
      Duration idleTimeout,
      Duration outage,
      Duration calm,
      long seed) {}

  /**
   * What it came to.
   *
   * @param endedByThemselves how often an agent ended without being killed
   */
  record Report(Verdict verdict, int endedByThemselves, Duration took) {}

  static Report run(Path directory, Plan plan)
      throws IOException, InterruptedException, ExecutionException {
    long begin = System.nanoTime();
    Random random = new Random(plan.seed());
    try (BrokerCluster cluster = BrokerCluster.start(directory, plan.brokers());
        Fleet fleet =
            new Fleet(
                directory,
                Map.of(),
                (number, state) ->
                    config(cluster.proxiedServers(), WINDOW, K, plan.idleTimeout(), state))) {
      cluster.createTopic(TOPIC, PARTITIONS);
      fleet.scale(1);
      try (Traffic traffic = traffic(cluster.servers())) {
        traffic.live(RATE);
        while (Verdict.published(cluster.servers()) == 0) {
          fleet.rest(Duration.ofMillis(500));
        }
        for (Fault fault : plan.faults()) {
          System.out.printf("%4d s  %s%n", seconds(begin), fault.title());
          fault.strike(fleet, cluster, plan.outage(), random);
          fleet.rest(plan.calm().multipliedBy(1000 + random.nextInt(1000)).dividedBy(1000));
        }
        // Late in a window, so that the last records close the one before it, and not the silence.
        long late = WINDOW.toMillis() * 3 / 4;
        fleet.rest(
            Duration.ofMillis(Math.floorMod(late - System.currentTimeMillis(), WINDOW.toMillis())));
      }
      return new Report(
          verdict(fleet, cluster.servers(), WINDOW),
          fleet.endedByThemselves(),
          Duration.ofNanos(System.nanoTime() - begin));
    }
  }

  /** Once all is there, or nothing has come for a while. */
  static Verdict verdict(Fleet fleet, String servers, Duration window)
      throws IOException, InterruptedException {
    SortedMap<Long, String> expected =
        ExpectedWindows.digests(servers, TOPIC, window.toMillis(), K);
    Verdict verdict = Verdict.of(servers, MODEL, expected);
    int before = verdict.published().size();
    long progress = System.nanoTime();
    while (!verdict.isComplete() && System.nanoTime() - progress < PATIENCE.toNanos()) {
      if (verdict.published().size() > before) {
        before = verdict.published().size();
        progress = System.nanoTime();
      }
      fleet.rest(Duration.ofSeconds(1));
      verdict = Verdict.of(servers, MODEL, expected);
    }
    fleet.rest(Duration.ofSeconds(2)); // anything that came twice would come now
    return Verdict.of(servers, MODEL, expected);
  }

  static Traffic traffic(String servers) throws IOException {
    // Whoever sends must not hold records for longer than idle-timeout: those would really be late.
    Map<String, Object> properties =
        Map.of("bootstrap.servers", servers, "linger.ms", 20, "request.timeout.ms", 3_000);
    DigitRequests digits =
        new DigitRequests(DigitFile.heldOut(Program.home().resolve("demo/digits.csv.gz")), 7);
    return new Traffic(
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer()),
        TOPIC,
        digits,
        InstantSource.system());
  }

  static long seconds(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin).toSeconds();
  }

  static String config(String servers, Duration window, int k, Duration idleTimeout, Path state) {
    return """
        kafka:
          bootstrap.servers: %s
          session.timeout.ms: 4000
          heartbeat.interval.ms: 1000
        listen: 127.0.0.1:0
        state-dir: %s
        partitions: 3
        replication-factor: %d
        device: cpu
        models:
          - name: %s
            path: %s
            topics: [%s]
            start-from: earliest
            window: %ds
            samples: %d
            grace: 1s
            idle-timeout: %ds
            micro-batch: 16
            baseline-windows: 10000
        """
        .formatted(
            servers,
            state,
            servers.split(",").length,
            MODEL,
            Program.home().resolve("demo/digits.pt"),
            TOPIC,
            window.toSeconds(),
            k,
            idleTimeout.toSeconds());
  }
}
