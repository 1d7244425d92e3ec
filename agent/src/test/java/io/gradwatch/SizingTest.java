package io.gradwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.gradwatch.Sizing.Constants;
import io.gradwatch.Sizing.DeviceCost;
import io.gradwatch.Sizing.Need;
import io.gradwatch.serde.v1.SampledRecord;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.serde.v1.Source;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The tables of deploy/SIZING.md follow from its constants and formulas. */
class SizingTest {
  private static final Path PAGE = Path.of("../deploy/SIZING.md");
  private static final List<Integer> RATES = List.of(1_000, 10_000, 100_000, 1_000_000, 10_000_000);
  private static final List<Integer> MODELS = List.of(1, 10, 100, 1_000);
  private static final Constants MEASURED =
      new Constants(
          1_024,
          1.2,
          17,
          440_000,
          58,
          26_000,
          List.of(
              new DeviceCost("digits", 0.07),
              new DeviceCost("CNN", 0.41),
              new DeviceCost("ResNet-18", 13)));

  private final Sizing sizing = new Sizing(MEASURED);

  @Test
  void showsTheConstants() throws IOException {
    String stream = "`-Dbench=stream-rates`";
    String table =
        """
        | constant | value | measured by |
        |---|---|---|
        | b, bytes of a sample | %,d | chosen |
        | c, processor time a record | %.1f us | %s |
        | f, more for one that is forwarded | %.0f us | %s |
        | r, records a second of one thread | %,.0f | %s |
        | e, bytes that forwarding adds | %d | `SizingTest` |
        | o, bytes that a window's results take, digits | %,d | `-Dbench=stream-latency` |
        %s
        """
            .formatted(
                MEASURED.recordBytes(),
                MEASURED.passMicros(),
                stream,
                MEASURED.forwardMicros(),
                stream,
                MEASURED.threadRate(),
                stream,
                MEASURED.envelopeBytes(),
                MEASURED.outcomeBytes(),
                MEASURED.models().stream()
                    .map(
                        m ->
                            "| d, device time a sample, %s | %s ms | `-Dbench=importance-peers` |"
                                .formatted(m.model(), m.sampleMillis()))
                    .collect(Collectors.joining("\n")));
    Block.check(PAGE, "constants", table);
  }

  @Test
  void forwardsARecordWithAFewBytesMore() {
    SampledRecord.Builder sample =
        SampledRecord.newBuilder()
            .setOffset(1L << 33)
            .setPriority(-1)
            .setEventTime(1_790_000_000_000L)
            .setRows(1)
            .setValue(ByteString.copyFrom(new byte[MEASURED.recordBytes()]));
    SamplesRecord record =
        SamplesRecord.newBuilder()
            .setFormat(1)
            .setSource(Source.newBuilder().setTopic("inference.fraud").setPartition(7))
            .setSample(sample)
            .build();
    int more = record.getSerializedSize() + "fraud".length() - MEASURED.recordBytes();
    assertThat(MEASURED.envelopeBytes()).isEqualTo(more);
  }

  @Test
  void showsWhatADeploymentNeeds() throws IOException {
    StringBuilder table =
        new StringBuilder(
            """
            | samples/s | models | sampling cores | partitions | forwarded/s | network in, out (MiB/s) | stored (GiB) | state (MiB) | device share: digits, CNN, ResNet-18 | devices |
            |---|---|---|---|---|---|---|---|---|---|
            """);
    for (int rate : RATES) {
      for (int models : MODELS) {
        table.append(row(rate, models, sizing.of(rate, models)));
      }
    }
    Block.check(PAGE, "sizes", table.toString());
  }

  private static String row(int rate, int models, Need need) {
    return String.format(
        Locale.ROOT,
        "| %,d | %,d | %.2f | %,d | %,.0f | %,.1f, %,.2f | %,.1f | %,.0f | %s | %s |%n",
        rate,
        models,
        need.samplingCores(),
        need.partitions(),
        need.forwardedPerSecond(),
        need.inMiBPerSecond(),
        need.outMiBPerSecond(),
        need.storedGiB(),
        need.stateMiB(),
        need.deviceShares().stream()
            .map(s -> String.format(Locale.ROOT, s < 0.001 ? "%.4f" : "%.3f", s))
            .collect(Collectors.joining(", ")),
        need.devices().stream()
            .map(d -> String.format(Locale.ROOT, "%,d", d))
            .collect(Collectors.joining(", ")));
  }

  @Test
  void forwardsEverythingOfSmallTrafficAndTheLogarithmOfLarge() {
    assertThat(Sizing.forwarded(300, 1)).isEqualTo(300);
    assertThat(Sizing.forwarded(512 * Math.E, 1)).isCloseTo(1_024, within(1e-9));
    assertThat(Sizing.forwarded(512 * Math.E, 12)).isCloseTo(512 * Math.E, within(1e-9));
  }
}
