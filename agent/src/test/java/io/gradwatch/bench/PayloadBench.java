package io.gradwatch.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gradwatch.sample.Payload;
import io.gradwatch.sample.payload.DigitPayloads;
import io.gradwatch.sample.payload.proto.ModelInferRequest;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DecoderFactory;

/**
 * How fast records are read, from bytes to samples, against what the format's library takes for a
 * plain parse of the same bytes: Jackson's tree, the protobuf message with raw contents as an
 * array, Avro's generic record, and for NumPy a copy into an array.
 */
final class PayloadBench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROUNDS = 31;
  private static final double SECONDS_A_ROUND = 0.02;
  private static final int[] ROWS = {1, 16};

  private PayloadBench() {}

  private interface Work {
    Object on(Payload payload) throws Exception;
  }

  static void report(File json) throws Exception {
    ObjectNode result = JSON.createObjectNode();
    System.out.printf(
        "%-34s %4s %10s %14s %s%n", "format", "rows", "bytes", "rows/s", "rate / plain parse");
    for (int rows : ROWS) {
      List<float[]> digits = digits(256);
      for (DigitPayloads.Variant variant : DigitPayloads.variants(rows)) {
        List<Payload> messages = variant.messages(digits);
        Work plain = plain(variant.name());
        double[] ratios = new double[ROUNDS];
        double[] rates = new double[ROUNDS];
        int repeats = repeats(messages, variant.reader()::read);
        for (int round = -ROUNDS / 2; round < ROUNDS; round++) {
          double library = seconds(messages, plain, repeats);
          double own = seconds(messages, variant.reader()::read, repeats);
          if (round >= 0) {
            ratios[round] = library / own;
            rates[round] = repeats * digits.size() / own;
          }
        }
        Spread ratio = Spread.of(ratios);
        System.out.printf(
            "%-34s %4d %10d %14.0f %s%n",
            variant.name(),
            variant.rows(),
            messages.get(0).value().length,
            Spread.of(rates).median(),
            ratio);
        result.putObject(variant.name() + " x" + variant.rows()).put("ratio", ratio.median());
      }
    }
    JSON.writerWithDefaultPrettyPrinter().writeValue(json, result);
  }

  private static int repeats(List<Payload> messages, Work work) throws Exception {
    double once = seconds(messages, work, 20) / 20;
    return (int) Math.max(1, SECONDS_A_ROUND / once);
  }

  private static double seconds(List<Payload> messages, Work work, int repeats) throws Exception {
    long begin = System.nanoTime();
    int seen = 0;
    for (int repeat = 0; repeat < repeats; repeat++) {
      for (Payload message : messages) {
        seen += work.on(message) == null ? 0 : 1;
      }
    }
    if (seen != repeats * messages.size()) {
      throw new IllegalStateException("nothing was read");
    }
    return (System.nanoTime() - begin) / 1e9;
  }

  private static Work plain(String name) {
    if (name.startsWith("protobuf")) {
      return payload -> numbers(ModelInferRequest.parseFrom(payload.value()));
    }
    if (name.startsWith("seldon")) {
      return payload ->
          numbers(
              ModelInferRequest.parseFrom(
                  ByteBuffer.wrap(payload.value(), 6, payload.value().length - 6)));
    }
    if (name.equals("avro")) {
      GenericDatumReader<Object> reader = new GenericDatumReader<>(DigitPayloads.ARRAY);
      return payload ->
          reader.read(
              null,
              DecoderFactory.get()
                  .binaryDecoder(payload.value(), 5, payload.value().length - 5, null));
    }
    if (name.startsWith("npy")) {
      return payload -> floats(payload.value());
    }
    if (name.startsWith("npz")) {
      return payload -> unzipped(payload.value());
    }
    if (name.contains("binary, ")) {
      return payload -> JSON.readTree(JSON.getFactory().createParser(payload.value()));
    }
    return payload -> JSON.readTree(payload.value());
  }

  /** Raw contents are only bytes until somebody takes them for numbers. */
  private static Object numbers(ModelInferRequest request) {
    if (request.getRawInputContentsCount() == 0) {
      return request;
    }
    ByteBuffer raw =
        request.getRawInputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    float[] values =
        new float[(int) (request.getInputs(0).getShape(0) * request.getInputs(0).getShape(1))];
    int bytes = raw.remaining() / values.length;
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (bytes) {
            case 1 -> raw.get(i);
            case 2 -> raw.getShort(2 * i);
            case 4 -> raw.getFloat(4 * i);
            default -> (float) raw.getDouble(8 * i);
          };
    }
    return values;
  }

  private static float[] floats(byte[] npy) {
    ByteBuffer bytes = ByteBuffer.wrap(npy).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(10 + bytes.getShort(8));
    float[] values = new float[bytes.remaining() / 4];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private static float[] unzipped(byte[] npz) throws IOException {
    try (var zip = new java.util.zip.ZipInputStream(new java.io.ByteArrayInputStream(npz))) {
      zip.getNextEntry();
      return floats(zip.readAllBytes());
    }
  }

  /** Pixels with as many digits as real features have, seeded. */
  private static List<float[]> digits(int count) {
    SplittableRandom random = new SplittableRandom(7);
    List<float[]> digits = new ArrayList<>();
    for (int digit = 0; digit < count; digit++) {
      float[] pixels = new float[64];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = random.nextInt(17) / 16f;
      }
      digits.add(pixels);
    }
    return digits;
  }
}
