package io.gradwatch.topology;

import io.gradwatch.drift.DriftSettings;
import io.gradwatch.drift.FalseAlarmBudget;
import io.gradwatch.drift.Seasonality;
import io.gradwatch.importance.AnySnapshot;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.LabelledRows;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.importance.Parity;
import io.gradwatch.importance.Tuning;
import io.gradwatch.sample.SampleReader;
import io.gradwatch.sample.Selection;
import io.gradwatch.sample.SourceTopics;
import io.gradwatch.sample.payload.PayloadReader;
import io.gradwatch.window.JoinSettings;
import io.gradwatch.window.LabelSource;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.Watermarks.Source;
import io.gradwatch.window.WindowSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/** Models, records and broker views for tests of the topologies. */
final class Traffic {
  static final String MODEL = "digits";
  static final String TOPIC = "inference.digits";
  static final Topics TOPICS = new Topics("gradwatch.");
  static final long SIZE = 10_000;
  static final long GRACE = 2_000;
  static final int K = 8;

  /** Of the model that {@link #snapshot} says it is of. */
  static final ModelVersion VERSION = AnySnapshot.VERSION;

  private Traffic() {}

  static StreamModel model() {
    return model(MODEL, null, Selection.ALL);
  }

  /** The same with a concept score. */
  static StreamModel labelled(int labelSamples) {
    return labelled(labelSamples, null);
  }

  /** The same with labels from a topic. */
  static StreamModel labelled(int labelSamples, @Nullable LabelSource labels) {
    StreamModel model = model();
    return new StreamModel(
        model.name(),
        model.topics(),
        model.startFrom(),
        model.eventTimeHeader(),
        model.reader(),
        model.window(),
        model.drift(),
        model.baseline(),
        model.selection(),
        labelSamples,
        labels,
        model.join(),
        null);
  }

  /** The same, whose records another reader reads. */
  static StreamModel reading(StreamModel model, SampleReader reader) {
    return new StreamModel(
        model.name(),
        model.topics(),
        model.startFrom(),
        model.eventTimeHeader(),
        reader,
        model.window(),
        model.drift(),
        model.baseline(),
        model.selection(),
        model.labelSamples(),
        model.labels(),
        model.join(),
        model.reference());
  }

  /** The same, whose records are joined. */
  static StreamModel joined(StreamModel model, JoinSettings join, WindowSettings window) {
    return new StreamModel(
        model.name(),
        model.topics(),
        model.startFrom(),
        model.eventTimeHeader(),
        model.reader(),
        window,
        model.drift(),
        model.baseline(),
        model.selection(),
        model.labelSamples(),
        model.labels(),
        join,
        model.reference());
  }

  static StreamModel model(String name, @Nullable String eventTimeHeader, Selection selection) {
    return new StreamModel(
        name,
        SourceTopics.named(TOPIC),
        AutoOffsetReset.earliest(),
        eventTimeHeader,
        PayloadReader.AUTO,
        new WindowSettings(
            Duration.ofMillis(SIZE),
            K,
            Duration.ofMillis(GRACE),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            1024,
            64 << 10),
        new DriftSettings(
            ImportanceMethod.TAYLOR,
            FalseAlarmBudget.parse("10% in 200 windows"),
            FalseAlarmBudget.parse("50% in 20 windows"),
            1,
            Duration.ofMillis(SIZE),
            Duration.ofMillis(SIZE),
            20,
            0.1,
            Seasonality.NONE),
        null,
        selection,
        0,
        null,
        null,
        null);
  }

  /** A request with one number as its input. */
  static byte[] request(int number) {
    String json =
        "{\"id\":\"%d\",\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[%d]}]}";
    return json.formatted(number, number).getBytes(StandardCharsets.UTF_8);
  }

  /** The same, with a parameter. */
  static byte[] request(int number, String parameter, String value) {
    String json = new String(request(number), StandardCharsets.UTF_8);
    return "{\"parameters\":{\"%s\":\"%s\"},%s"
        .formatted(parameter, value, json.substring(1))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The same, joined with a response of one number. */
  static byte[] answered(int number, double answer) {
    String json = new String(request(number), StandardCharsets.UTF_8);
    String outputs =
        ",\"outputs\":[{\"name\":\"y\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[%s]}]}";
    return (json.substring(0, json.length() - 1) + outputs.formatted(answer))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A response of one number to it. */
  static byte[] response(int number, double answer) {
    String json =
        "{\"model_name\":\"m\",\"id\":\"%d\",\"outputs\":[{\"name\":\"y\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[%s]}]}";
    return json.formatted(number, answer).getBytes(StandardCharsets.UTF_8);
  }

  /** A view with so many partitions of the topic, none of them read to its end. */
  static SourceView busy(int partitions) {
    Map<Source, SourceView.Ends> ends = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      ends.put(new Source(TOPIC, partition), new SourceView.Ends(Long.MAX_VALUE, -1));
    }
    return new SourceView(ends, 0);
  }

  /** A view in which the one partition ended at an offset when the broker was asked. */
  static SourceView endingAt(long offset, long asked) {
    return new SourceView(Map.of(new Source(TOPIC, 0), new SourceView.Ends(offset, -1)), asked);
  }

  static Properties properties(String application) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:9092");
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    return properties;
  }

  /** What a device makes of a window that has no labels. */
  static ImportanceSnapshot snapshot(SampleBatch batch, List<GroupImportance> groups) {
    return snapshot(batch, groups, null);
  }

  /** What a device makes of a window whose only group has an importance. */
  static ImportanceSnapshot snapshot(SampleBatch batch, double taylor) {
    return snapshot(batch, List.of(AnySnapshot.group("w", "taylor", taylor)));
  }

  /** What a device makes of a window. */
  static ImportanceSnapshot snapshot(
      SampleBatch batch, List<GroupImportance> groups, @Nullable LabelledRows labelled) {
    return snapshot(batch, groups, labelled, null);
  }

  /** The same, with what it says of the served outputs. */
  static ImportanceSnapshot snapshot(
      SampleBatch batch,
      List<GroupImportance> groups,
      @Nullable LabelledRows labelled,
      @Nullable Parity parity) {
    return new ImportanceSnapshot(
        ImportanceSnapshot.FORMAT,
        batch.model(),
        VERSION,
        batch.start(),
        batch.end(),
        batch.samples().size(),
        batch.population(),
        batch.digest(),
        new Tuning(1, List.of()),
        0.01,
        "cpu",
        groups,
        parity,
        labelled,
        null,
        null);
  }
}
