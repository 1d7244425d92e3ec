package io.gradwatch.topology;

import io.gradwatch.drift.DriftReading;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.report.Alert;
import io.gradwatch.report.ModelReport;
import io.gradwatch.serde.JsonSerde;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** What follows the outcomes of windows, without what comes before. */
final class DriftDriver implements AutoCloseable {
  final TopologyTestDriver driver;
  final TestInputTopic<String, WindowOutcome> outcomes;
  final TestOutputTopic<String, DriftReading> readings;
  final TestOutputTopic<String, Alert> alerts;

  /** Stands for the stages before. */
  private static final class Pass
      implements Processor<String, WindowOutcome, String, WindowOutcome> {
    private @Nullable ProcessorContext<String, WindowOutcome> context;

    @Override
    public void init(ProcessorContext<String, WindowOutcome> given) {
      context = given;
    }

    @Override
    public void process(Record<String, WindowOutcome> record) {
      Objects.requireNonNull(context).forward(record);
    }
  }

  DriftDriver(StreamModel model, Metrics metrics) {
    Topology topology = new Topology();
    topology
        .addSource(
            "outcomes",
            Serdes.String().deserializer(),
            new JsonSerde<>(WindowOutcome.class).deserializer(),
            "outcomes")
        .addProcessor("pass", Pass::new, "outcomes");
    ImportanceTopology.addDrift(
        topology,
        List.of("pass"),
        List.of(model),
        Traffic.TOPICS,
        new ModelReport(metrics, 50),
        metrics);
    topology.addStateStore(
        ImportanceTopology.store(
            ImportanceTopology.READINGS, Serdes.String(), new JsonSerde<>(DriftReading.class)),
        ImportanceTopology.DRIFT);
    driver = new TopologyTestDriver(topology, Traffic.properties("drift"));
    outcomes =
        driver.createInputTopic(
            "outcomes", new StringSerializer(), new JsonSerde<>(WindowOutcome.class).serializer());
    readings = output(Traffic.TOPICS.drift(), DriftReading.class);
    alerts = output(Traffic.TOPICS.alerts(), Alert.class);
  }

  private <V> TestOutputTopic<String, V> output(String topic, Class<V> type) {
    return driver.createOutputTopic(
        topic, new StringDeserializer(), new JsonSerde<>(type).deserializer());
  }

  @Override
  public void close() {
    driver.close();
  }
}
