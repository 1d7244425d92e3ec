package io.gradwatch.hour;

import io.gradwatch.agent.ExpectedWindows;
import io.gradwatch.demo.Monitoring;
import io.gradwatch.demo.Monitoring.Notification;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.fire.BrokerCluster;
import io.gradwatch.fire.Fleet;
import io.gradwatch.fire.Verdict;
import io.gradwatch.report.Alert;
import io.gradwatch.topology.WindowOutcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Everything at once for an hour: a broker, three models in two agents of one group, traffic that
 * drifts and turns back, hostile records, Prometheus and Alertmanager with what is shipped, the
 * status pages open in a browser, and an agent killed with {@code kill -9} every few minutes. What
 * an on-call would read afterwards is gathered; what must hold on any machine is checked.
 */
public final class Hour {
  static final Duration WINDOW = Duration.ofSeconds(3);
  static final int K = 96;
  private static final Path DATA = Path.of("target/hour-data").toAbsolutePath();
  private static final int AGENTS = 2;
  private static final int PARTITIONS = 2;

  /** Windows of the past that baselines are made of, and some more. */
  private static final int PAST = 108;

  /** Longer than another agent takes to go on with a model: a kill is no recovery. */
  private static final Duration KEEP = Duration.ofSeconds(25);

  private static final Duration BETWEEN_KILLS = Duration.ofMinutes(3);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration TICK = Duration.ofMillis(400);

  /** A heap of fixed size that is touched at the start: what grows is outside of it. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of("JAVA_OPTS", "-Xms320m -Xmx320m -XX:+AlwaysPreTouch", "OMP_NUM_THREADS", "1");

  private final Path directory;
  private final Path folder;
  private final int minutes;
  private final List<Instant> kills = new ArrayList<>();
  private final Lives lives = new Lives();

  private Hour(Path directory, Path folder, int minutes) {
    this.directory = directory;
    this.folder = folder;
    this.minutes = minutes;
  }

  /**
   * What it came to.
   *
   * @param from when all models were watched
   * @param verdicts by stream
   * @param turns of the traffic of one model
   * @param exits codes of the agents, told to stop in the end
   */
  record Outcome(
      Instant from,
      Instant to,
      List<Instant> kills,
      List<Lives.Life> lives,
      Map<String, Verdict> verdicts,
      List<Turns.Turn> turns,
      List<Integer> exits,
      int endedByThemselves,
      long hostile,
      int deadLetters,
      List<WindowOutcome> skipped,
      List<DriftReading> readings,
      List<Alert> alerts) {}

  /**
   * Runs it and writes all that there is to read into a folder.
   *
   * @param minutes from the moment on when all models have a baseline
   * @throws IllegalStateException if something did not hold; the record is written before
   */
  public static void report(Path folder, int minutes)
      throws IOException, InterruptedException, ExecutionException {
    String missing = Monitoring.missing();
    if (!missing.isEmpty()) {
      throw new IllegalStateException("needs Debian's package " + missing);
    }
    // Not in the folder for temporary files, of which Kafka Streams warns.
    Path directory = Files.createTempDirectory(Files.createDirectories(DATA), "run-");
    System.out.printf("data in %s, the record in %s%n", directory, folder);
    Files.createDirectories(folder);
    new Hour(directory, folder, minutes).run();
  }

  private void run() throws IOException, InterruptedException, ExecutionException {
    List<Integer> ports = List.of(Monitoring.freePort(), Monitoring.freePort());
    try (BrokerCluster cluster = BrokerCluster.start(directory, 1);
        HourTraffic traffic = new HourTraffic(cluster.servers());
        Fleet fleet =
            new Fleet(
                directory,
                ENVIRONMENT,
                (number, state) -> HourConfig.of(cluster.servers(), ports.get(number), state));
        Monitoring monitoring = new Monitoring(directory, ports, KEEP, () -> true);
        OpenPages pages = new OpenPages(ports)) {
      for (String model : HourTraffic.MODELS) {
        cluster.createTopic(HourTraffic.topic(model), PARTITIONS);
      }
      long past = WINDOW.toMillis() * PAST;
      long now = System.currentTimeMillis();
      traffic.start(Instant.ofEpochMilli(now - past - Math.floorMod(now, WINDOW.toMillis())));
      fleet.scale(AGENTS);
      Instant from = awaitBaselines(fleet, ports);
      List<Turns.Turn> turns = live(from, traffic, fleet, monitoring, pages);
      // Late in a window, so that the last records close the one before it, and not the silence.
      long late = WINDOW.toMillis() * 3 / 4;
      fleet.rest(
          Duration.ofMillis(Math.floorMod(late - System.currentTimeMillis(), WINDOW.toMillis())));
      Instant to = Instant.now();
      pages.picture(folder.resolve("page-end"));
      traffic.end();
      Outcome outcome =
          ended(cluster.servers(), fleet, ports, pages, traffic.hostile(), from, to, turns);
      List<Path> logs = copyLogs(fleet);
      HourRecord record = new HourRecord(outcome, monitoring, pages, logs);
      Files.writeString(folder.resolve("record.md"), record.text());
      Files.writeString(folder.resolve("notifications.txt"), record.notifications());
      System.out.println(record.text());
      List<String> failures = record.failures();
      if (!failures.isEmpty()) {
        throw new IllegalStateException(String.join("; ", failures));
      }
    }
  }

  /** Waits for what is still to come, stops the agents and gathers. */
  private Outcome ended(
      String servers,
      Fleet fleet,
      List<Integer> ports,
      OpenPages pages,
      long hostile,
      Instant from,
      Instant to,
      List<Turns.Turn> turns)
      throws IOException, InterruptedException {
    Map<String, Verdict> verdicts = verdicts(servers, fleet);
    for (int agent = 0; agent < AGENTS; agent++) {
      Files.writeString(folder.resolve("metrics-%d.txt".formatted(agent)), metrics(ports, agent));
    }
    pages.end();
    int endedByThemselves = fleet.endedByThemselves();
    List<Integer> exits = fleet.stop();
    return new Outcome(
        from,
        to,
        kills,
        lives.all(),
        verdicts,
        turns,
        exits,
        endedByThemselves,
        hostile,
        ExpectedWindows.all(servers, "gradwatch.dead-letters", new ByteArrayDeserializer()).size(),
        ExpectedWindows.values(servers, "gradwatch.importance", WindowOutcome.class).stream()
            .filter(each -> each.skipped() != null)
            .toList(),
        ExpectedWindows.values(servers, "gradwatch.drift", DriftReading.class),
        ExpectedWindows.values(servers, "gradwatch.alerts", Alert.class));
  }

  private List<Turns.Turn> live(
      Instant from, HourTraffic traffic, Fleet fleet, Monitoring monitoring, OpenPages pages)
      throws IOException, InterruptedException {
    Turns turns = new Turns(traffic::turn, from);
    Instant end = from.plus(Duration.ofMinutes(minutes));
    // A short run has its kills, too.
    Duration every = Duration.ofSeconds(Math.min(BETWEEN_KILLS.toSeconds(), minutes * 60L / 3));
    Instant kill = from.plus(every);
    boolean pictured = false;
    for (Instant now = Instant.now();
        now.isBefore(end) || turns.isUnderWay();
        now = Instant.now()) {
      lives.look(now, fleet);
      List<Notification> drift =
          monitoring.received("GradwatchDrift").stream()
              .filter(each -> each.model().equals(HourTraffic.TURNING))
              .toList();
      turns.look(now, drift, now.isBefore(end));
      if (!pictured && !drift.isEmpty()) {
        pages.picture(folder.resolve("page-drift"));
        pictured = true;
      }
      if (now.isAfter(kill) && now.isBefore(end)) {
        // From the half on always the same one, so that the other one lives long.
        boolean first = now.isBefore(from.plusSeconds(minutes * 30L));
        int victim = first ? kills.size() % AGENTS : AGENTS - 1;
        kills.add(now);
        fleet.kill(victim);
        kill = kill.plus(every);
      }
      fleet.rest(TICK);
    }
    return turns.all();
  }

  /** Until one of the agents says of each stream that it is watched. */
  private static Instant awaitBaselines(Fleet fleet, List<Integer> ports)
      throws IOException, InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(end)) {
      fleet.rest(Duration.ofSeconds(1));
      StringBuilder all = new StringBuilder();
      for (int agent = 0; agent < AGENTS; agent++) {
        all.append(metrics(ports, agent));
      }
      if (HourTraffic.STREAMS.stream().allMatch(stream -> isWatched(stream, all))) {
        return Instant.now();
      }
    }
    throw new IllegalStateException("not all baselines were made within " + PATIENCE);
  }

  /** Whether a model has its baseline, and no windows of the past wait. */
  private static boolean isWatched(String stream, CharSequence metrics) {
    return Pattern.compile("drift_status\\{model=\"%s\",status=\"stable\"} 1.0".formatted(stream))
            .matcher(metrics)
            .find()
        && Pattern.compile("windows_pending\\{model=\"%s\"} [01].0".formatted(stream))
            .matcher(metrics)
            .find();
  }

  /** Once all is there, or nothing has come for a while. */
  private static Map<String, Verdict> verdicts(String servers, Fleet fleet)
      throws IOException, InterruptedException {
    Map<String, Verdict> verdicts = new LinkedHashMap<>();
    for (String stream : HourTraffic.STREAMS) {
      var expected = HourTraffic.expected(servers, stream, WINDOW.toMillis(), K);
      Instant end = Instant.now().plus(PATIENCE);
      Verdict verdict = Verdict.of(servers, stream, expected);
      while (!verdict.isComplete() && Instant.now().isBefore(end)) {
        fleet.rest(Duration.ofSeconds(2));
        verdict = Verdict.of(servers, stream, expected);
      }
      verdicts.put(stream, verdict);
    }
    return verdicts;
  }

  private List<Path> copyLogs(Fleet fleet) throws IOException {
    List<Path> agents = new ArrayList<>();
    for (int agent = 0; agent < AGENTS; agent++) {
      agents.add(copy(fleet.log(agent)));
    }
    try (Stream<Path> others = Files.list(directory)) {
      for (Path log : others.filter(file -> file.toString().endsWith(".log")).toList()) {
        copy(log);
      }
    }
    return agents;
  }

  private Path copy(Path log) throws IOException {
    return Files.copy(log, folder.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Empty where it does not answer. */
  private static String metrics(List<Integer> ports, int agent) throws InterruptedException {
    URI uri = URI.create("http://127.0.0.1:%d/metrics".formatted(ports.get(agent)));
    try {
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return "";
    }
  }
}
