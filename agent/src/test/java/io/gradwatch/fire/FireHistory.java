package io.gradwatch.fire;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.gradwatch.demo.Traffic;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * A history of hours in eight partitions, which are read at uneven speed because two of the three
 * brokers are behind slow networks; the agent is killed and scaled meanwhile.
 */
public final class FireHistory {
  private static final int PARTITIONS = 8;
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final Duration LENGTH = Duration.ofHours(6);
  private static final double RATE = 2;

  /** A chunk of 16 KiB on the way from each broker. */
  private static final long[] DELAY_MILLIS = {0, 15, 60};

  private FireHistory() {}

  /** Runs it, prints a table and writes it. */
  public static void report(File json)
      throws IOException, InterruptedException, ExecutionException {
    long begin = System.nanoTime();
    Path directory = Files.createTempDirectory("gradwatch-history-");
    System.out.printf("logs and data in %s%n", directory);
    Map<String, Object> result = new LinkedHashMap<>();
    try (BrokerCluster cluster = BrokerCluster.start(directory, DELAY_MILLIS.length);
        Fleet fleet =
            new Fleet(
                directory,
                Map.of(),
                (number, state) ->
                    FireRun.config(
                        cluster.proxiedServers(),
                        WINDOW,
                        FireRun.K,
                        Duration.ofSeconds(10),
                        state))) {
      cluster.createTopic(FireRun.TOPIC, PARTITIONS);
      try (Traffic traffic = FireRun.traffic(cluster.servers())) {
        Instant end = Instant.now().truncatedTo(ChronoUnit.HOURS);
        result.put("records", traffic.history(end.minus(LENGTH), end, RATE));
      }
      for (int broker = 0; broker < DELAY_MILLIS.length; broker++) {
        cluster.proxies().get(broker).delay(DELAY_MILLIS[broker]);
      }
      double widest = underway(fleet, cluster);
      cluster.proxies().forEach(TcpProxy::heal);
      Verdict verdict = FireRun.verdict(fleet, cluster.servers(), WINDOW);
      result.put("partitions apart, at the most (hours of event time)", widest);
      result.put("seconds", FireRun.seconds(begin));
      FireBench.put(result, verdict);
    }
    FireBench.print(result);
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json, result);
  }

  /** Until all is read; how far the partitions were apart at the most. */
  private static double underway(Fleet fleet, BrokerCluster cluster)
      throws IOException, InterruptedException, ExecutionException {
    double widest = 0;
    fleet.scale(1);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.servers()))) {
      for (int second = 0; second < 600; second++) {
        fleet.rest(Duration.ofSeconds(1));
        if (second == 15 || second == 60) {
          fleet.kill(0);
        } else if (second == 30) {
          fleet.scale(3);
        } else if (second == 75) {
          fleet.scale(1);
        }
        double[] read = read(admin);
        double least = IntStream.range(0, read.length).mapToDouble(i -> read[i]).min().orElse(0);
        double most = IntStream.range(0, read.length).mapToDouble(i -> read[i]).max().orElse(0);
        widest = Math.max(widest, (most - least) * LENGTH.toHours());
        if (second > 90 && least == 1) {
          return widest;
        }
      }
    }
    throw new IllegalStateException("the history was not read within ten minutes");
  }

  /** Which fraction of each partition the sampling application has committed. */
  private static double[] read(Admin admin) throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets("gradwatch-sampling").partitionsToOffsetAndMetadata().get();
    List<TopicPartition> partitions =
        IntStream.range(0, PARTITIONS)
            .mapToObj(number -> new TopicPartition(FireRun.TOPIC, number))
            .toList();
    Map<TopicPartition, OffsetSpec> newest = new LinkedHashMap<>();
    partitions.forEach(partition -> newest.put(partition, OffsetSpec.latest()));
    var ends = admin.listOffsets(newest).all().get();
    return partitions.stream()
        .mapToDouble(
            partition -> {
              OffsetAndMetadata offset = committed.get(partition);
              return offset == null ? 0 : (double) offset.offset() / ends.get(partition).offset();
            })
        .toArray();
  }
}
