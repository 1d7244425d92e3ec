package io.gradwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.BaselineSelection;
import io.gradwatch.drift.Comparison;
import io.gradwatch.drift.Direction;
import io.gradwatch.drift.DriftKind;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.FeatureDrift;
import io.gradwatch.drift.GroupMove;
import io.gradwatch.drift.ShareMeasures;
import io.gradwatch.drift.StoredBaseline;
import io.gradwatch.drift.UnitMove;
import io.gradwatch.importance.AnySnapshot;
import io.gradwatch.importance.Contributors;
import io.gradwatch.importance.Contributors.TopParameter;
import io.gradwatch.importance.Contributors.TopSample;
import io.gradwatch.importance.Histogram;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.importance.Parity;
import io.gradwatch.importance.TrafficSummary;
import io.gradwatch.importance.Tuning;
import io.gradwatch.report.Alert;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.SampleKey;
import io.gradwatch.window.SampleReference;
import io.gradwatch.window.Watermarks.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

/**
 * The bytes of every kind of record in format 1: what this release writes, every later one must
 * read.
 */
class GoldenRecordsTest {
  private static final ModelVersion VERSION = new ModelVersion("digits", "ab".repeat(32));

  @Test
  void samplesAreAsReleased() throws IOException {
    RecordHeaders headers = new RecordHeaders();
    headers.add("x-request-id", "7".getBytes(StandardCharsets.UTF_8));
    Record<byte[], byte[]> record =
        new Record<>(new byte[] {1}, Traffic.request(7), 1_000L, headers);
    SampleKey key = new SampleKey(-2, Traffic.TOPIC, 3, 42);
    SamplesRecord sample = Envelope.sample(key, 1_000, 1, record);
    SamplesRecord watermark = Envelope.watermark(new Source(Traffic.TOPIC, 3), 2_000, true);
    HexFormat hex = HexFormat.of();
    GoldenFile.assertEqual(
        "samples-record.txt",
        hex.formatHex(sample.toByteArray()) + "\n" + hex.formatHex(watermark.toByteArray()) + "\n");
    assertThat(Envelope.key(SamplesRecord.parseFrom(sample.toByteArray()))).isEqualTo(key);
  }

  @Test
  void outcomesAreAsReleased() throws IOException {
    Value value = new Value(0.5, 0.01, 1, List.of(0.25f, 0.25f));
    ImportanceSnapshot snapshot =
        new ImportanceSnapshot(
            1,
            "digits",
            VERSION,
            1_000,
            2_000,
            256,
            900.5,
            "cd".repeat(32),
            new Tuning(16, List.of()),
            0.1,
            "cpu",
            List.of(new GroupImportance("fc1.weight", 512, 2, Map.of("taylor", value))),
            null,
            null,
            null,
            null);
    assertJson("outcome-computed.json", WindowOutcome.class, WindowOutcome.computed(snapshot));
    ImportanceSnapshot compared =
        new ImportanceSnapshot(
            1,
            "digits",
            VERSION,
            1_000,
            2_000,
            256,
            900.5,
            "cd".repeat(32),
            new Tuning(16, List.of()),
            0.1,
            "cpu",
            List.of(),
            new Parity(0.5, 250, 6, "served output 'y' holds NaN"),
            null,
            null,
            contributors());
    assertJson("outcome-compared.json", WindowOutcome.class, WindowOutcome.computed(compared));
    assertJson("outcome-periodic.json", WindowOutcome.class, WindowOutcome.periodic(snapshot));
    assertJson(
        "outcome-skipped.json",
        WindowOutcome.class,
        WindowOutcome.skipped("digits", 1_000, 2_000, "too-few", null));
  }

  @Test
  void readingsAndAlertsAreAsReleased() throws IOException {
    GroupMove move =
        new GroupMove(Direction.UP, false, 0.4, 0.03, List.of(new UnitMove(3, 3, 0.5, 0.25)));
    GroupDrift group =
        new GroupDrift("fc1.weight", true, 0.5, 0.04, 0.1, 0.01, 0.8, 0.9, true, move);
    DriftReading reading =
        new DriftReading(
            1,
            "digits",
            VERSION,
            1_000,
            2_000,
            256,
            DriftStatus.DRIFT,
            null,
            1.25,
            90.0,
            25_920,
            100,
            9,
            500L,
            List.of(group),
            DriftKind.TRAFFIC,
            null,
            contributors(),
            null);
    assertJson("drift-reading.json", DriftReading.class, reading);
    assertJson("alert.json", Alert.class, Alert.between(null, reading).orElseThrow());
  }

  private static Contributors contributors() {
    return new Contributors(
        List.of("fc1.weight"),
        256,
        0.25,
        List.of(new TopSample(new SampleReference("requests", 3, 42, 0), "17", 0.0625)),
        List.of(new TopParameter("fc1.weight", "fc1.weight", 259, List.of(1L, 3L), 0.125)));
  }

  @Test
  void baselinesAndSelectionsAreAsReleased() throws IOException {
    Baseline baseline =
        Baseline.of(List.of(window(0, 0.5), window(10_000, 0.25)), Traffic.model().drift());
    StoredBaseline stored = StoredBaseline.live("digits", VERSION, 3_000, 1, baseline);
    assertJson("stored-baseline.json", StoredBaseline.class, stored);
    BaselineSelection selection =
        new BaselineSelection(1, 2, stored.id(), List.of("0123456789ab"), true, 4_000, "ada", "x");
    assertJson("baseline-selection.json", BaselineSelection.class, selection);
    BaselineEntry entry = BaselineEntry.of(stored);
    assertThat(BaselineEntry.parse(entry.key(), entry.value())).isEqualTo(entry);
    BaselineEntry decided = BaselineEntry.of("digits", VERSION, selection);
    assertThat(BaselineEntry.parse(decided.key(), decided.value())).isEqualTo(decided);
  }

  @Test
  void whatIsComparedBesideTheAlarmIsAsReleased() throws IOException {
    TrafficSummary traffic =
        new TrafficSummary(
            1,
            List.of(new Histogram("age", 0, 0, new float[] {17.5f, 40}, new int[] {0, 3, 4, 1})),
            2,
            List.of(new Histogram("output[1]", 0, 1, new float[] {0.25f}, new int[] {5, 3, 0})));
    ImportanceSnapshot counted = window(0, 0.5).withTraffic(traffic);
    assertJson("outcome-counted.json", WindowOutcome.class, WindowOutcome.computed(counted));
    Baseline baseline =
        Baseline.of(
            List.of(counted, window(10_000, 0.25).withTraffic(traffic)), Traffic.model().drift());
    StoredBaseline stored = StoredBaseline.live("digits", VERSION, 3_000, 1, baseline);
    assertJson("stored-baseline-counted.json", StoredBaseline.class, stored);
    FeatureDrift drift = new FeatureDrift(784, 256, 12, 0.25, "pixels[99]", 1e-9);
    ShareMeasures shares = new ShareMeasures(2, 0.9, 0.8, 0.5, 0.95, 0.2, 0.3, -0.1);
    assertJson("comparison.json", Comparison.class, new Comparison(drift, null, shares, 3));
  }

  private static ImportanceSnapshot window(long start, double mean) {
    return new ImportanceSnapshot(
        1,
        "digits",
        VERSION,
        start,
        start + 10_000,
        256,
        900,
        "",
        new Tuning(16, List.of()),
        0.1,
        "cpu",
        List.of(AnySnapshot.group("w", "taylor", mean)),
        null,
        null,
        null,
        null);
  }

  private static <T> void assertJson(String name, Class<T> type, T value) throws IOException {
    JsonSerde<T> serde = new JsonSerde<>(type);
    byte[] bytes = serde.serializer().serialize("", value);
    GoldenFile.assertEqual(name, new String(bytes, StandardCharsets.UTF_8) + "\n");
    assertThat(serde.deserializer().deserialize("", bytes)).isEqualTo(value);
  }
}
