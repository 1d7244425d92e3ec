package io.gradwatch.hour;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradwatch.agent.ExpectedWindows;
import io.gradwatch.agent.Program;
import io.gradwatch.demo.Digit;
import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.DigitServer;
import io.gradwatch.demo.Shift;
import io.gradwatch.demo.Traffic;
import io.gradwatch.sample.payload.DigitPayloads;
import io.gradwatch.sample.payload.DigitPayloads.Variant;
import io.gradwatch.topology.HostileRecords;
import io.gradwatch.topology.HostileRecords.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * The traffic of three models: one as ever, joined with its answers; one in protobuf, whose digits
 * turn when they are told; and one in two segments, among whose requests are hostile ones.
 */
final class HourTraffic implements AutoCloseable {
  static final String QUIET = "quiet";
  static final String TURNING = "turning";
  static final String MIXED = "mixed";
  static final List<String> MODELS = List.of(QUIET, TURNING, MIXED);

  /** What is watched on its own: models and segments. */
  static final List<String> STREAMS = List.of(QUIET, TURNING, MIXED + "@eu", MIXED + "@us");

  /** Requests a second of a stream. */
  private static final double RATE = 50;

  /** One request in so many is hostile: fewer than an alert on refused records waits for. */
  private static final int HOSTILE = 199;

  private static final String REGION = "region";
  private static final String IS_HOSTILE = "hostile";

  private final Traffic quiet;
  private final Traffic turning;
  private final Traffic mixed;
  private final Segments segments = new Segments();

  HourTraffic(String servers) throws IOException {
    Path demo = Program.home().resolve("demo");
    List<Digit> digits = DigitFile.heldOut(demo.resolve("digits.csv.gz"));
    Map<Digit, List<Float>> answers =
        DigitServer.answers(demo.resolve("digits.pt"), digits, List.of(Shift.NONE));
    quiet =
        traffic(servers, QUIET, new DigitRequests(digits, 1, answers), new ByteArraySerializer());
    turning = traffic(servers, TURNING, new DigitRequests(digits, 2), new Protobuf());
    mixed = traffic(servers, MIXED, new DigitRequests(digits, 3), segments);
  }

  static String topic(String model) {
    return "inference." + model;
  }

  /** Sends the past, and goes on live without a gap. */
  void start(Instant from) {
    Instant sent = from;
    Instant now = Instant.now();
    while (now.minusMillis(100).isAfter(sent)) {
      quiet.history(sent, now, RATE);
      turning.history(sent, now, RATE);
      mixed.history(sent, now, 2 * RATE);
      sent = now;
      now = Instant.now();
    }
    quiet.live(RATE);
    turning.live(RATE);
    mixed.live(2 * RATE);
  }

  void turn(boolean on) {
    turning.shift(on ? Shift.ROTATED : Shift.NONE);
  }

  /** How many hostile records were sent. */
  long hostile() {
    return segments.hostile.get();
  }

  /** The digest of the sample of every window of a stream, of what lies in its topic. */
  static SortedMap<Long, String> expected(String servers, String stream, long size, int k) {
    String[] names = stream.split("@", 2);
    return ExpectedWindows.digests(
        servers,
        topic(names[0]),
        size,
        k,
        record ->
            names.length == 1
                || (names[1].equals(header(record, REGION)) && header(record, IS_HOSTILE) == null));
  }

  private static @Nullable String header(ConsumerRecord<String, byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), UTF_8);
  }

  private static Traffic traffic(
      String servers, String model, DigitRequests requests, Serializer<byte[]> values) {
    Map<String, Object> properties = Map.of("bootstrap.servers", servers, "linger.ms", 20);
    return new Traffic(
        new KafkaProducer<>(properties, new ByteArraySerializer(), values),
        topic(model),
        requests,
        InstantSource.system());
  }

  /** Nothing more is sent. */
  void end() {
    quiet.close();
    turning.close();
    mixed.close();
  }

  @Override
  public void close() {
    end();
  }

  /** Makes protobuf of the JSON of a request. */
  private static final class Protobuf implements Serializer<byte[]> {
    private final ObjectMapper json = new ObjectMapper();
    private final Variant variant =
        DigitPayloads.variants(1).stream()
            .filter(each -> each.name().equals("protobuf raw, FP32"))
            .findFirst()
            .orElseThrow();

    @Override
    public byte[] serialize(String topic, byte[] data) {
      try {
        JsonNode pixels = json.readTree(data).at("/inputs/0/data");
        float[] digit = new float[pixels.size()];
        for (int i = 0; i < digit.length; i++) {
          digit[i] = pixels.get(i).floatValue();
        }
        return variant.write().apply(List.of(digit)).value();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Gives each request a region, and makes some hostile. For one thread at a time. */
  private static final class Segments implements Serializer<byte[]> {
    private static final List<Kind> KINDS =
        Arrays.stream(Kind.values()).filter(kind -> kind.reason().equals("malformed")).toList();

    private @Nullable HostileRecords source;
    private long requests;
    private final AtomicLong hostile = new AtomicLong();

    @Override
    public byte[] serialize(String topic, byte[] data) {
      throw new UnsupportedOperationException("without headers");
    }

    @Override
    public byte @Nullable [] serialize(String topic, Headers headers, byte[] data) {
      headers.add(REGION, (requests % 2 == 0 ? "eu" : "us").getBytes(UTF_8));
      requests++;
      if (requests % HOSTILE > 0) {
        return data;
      }
      if (source == null) {
        source = new HostileRecords(data, 1);
      }
      headers.add(IS_HOSTILE, new byte[] {1});
      Kind kind = KINDS.get((int) (hostile.getAndIncrement() % KINDS.size()));
      return source.of(kind, data).value();
    }
  }
}
