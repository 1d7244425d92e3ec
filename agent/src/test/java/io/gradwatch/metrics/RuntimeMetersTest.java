package io.gradwatch.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeMetersTest {
  @TempDir private Path folder;

  @Test
  void letsThroughTheAllowedMetersOfEachThreadAndNoOtherOfKafka() {
    try (Metrics metrics = new Metrics();
        KafkaStreams streams = streams();
        RuntimeMeters.Binding bound = metrics.runtime().bindStreams(streams, "sampling")) {
      assertThat(bound).isNotNull();
      List<String> series =
          metrics.scrape().lines().filter(line -> line.startsWith("kafka_")).toList();

      assertThat(series).hasSizeBetween(RuntimeMeters.KAFKA.size(), 60);
      assertThat(series).allMatch(line -> line.contains("application=\"sampling\""));
      assertThat(series)
          .filteredOn(line -> line.startsWith("kafka_consumer_fetch_manager_records_lag_max{"))
          .as("lag of both threads, not of the last one only")
          .extracting(line -> line.replaceAll(".*client_id=\"([^\"]+)\".*", "$1"))
          .contains("watch-StreamThread-1-consumer", "watch-StreamThread-2-consumer");
      for (String allowed : RuntimeMeters.KAFKA) {
        assertThat(series).anyMatch(line -> line.startsWith(allowed.replace('.', '_')));
      }
    }
  }

  @Test
  void unboundStreamsLeaveNoSeries() {
    try (Metrics metrics = new Metrics();
        KafkaStreams streams = streams()) {
      metrics.runtime().bindStreams(streams, "sampling").close();

      assertThat(metrics.scrape()).doesNotContain("kafka_");
    }
  }

  @Test
  void namesOfTheRuntimeAreTheOnesThatDashboardsMayUse() {
    try (Metrics metrics = new Metrics();
        KafkaStreams streams = streams();
        RuntimeMeters.Binding bound = metrics.runtime().bindStreams(streams, "sampling");
        RuntimeMeters.Binding jvm = metrics.runtime().bindJvm()) {
      assertThat(bound).isNotSameAs(jvm);

      String names =
          metrics
              .scrape()
              .lines()
              .filter(line -> line.startsWith("# TYPE "))
              .map(line -> line.replaceAll("# TYPE (\\S+) .*", "$1"))
              // Which collector runs, and whether it has phases to time, is up to the JVM.
              .filter(name -> !name.startsWith("jvm_gc_"))
              .sorted()
              .collect(Collectors.joining("\n", "", "\n"));
      Golden.check("runtime-metrics.txt", names);
    }
  }

  private KafkaStreams streams() {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream("inference").to("samples");
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "watch");
    settings.put(StreamsConfig.CLIENT_ID_CONFIG, "watch");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
    return new KafkaStreams(builder.build(), settings);
  }
}
