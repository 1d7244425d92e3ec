package io.gradwatch.bench;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gradwatch.sample.Payload;
import io.gradwatch.sample.Priority;
import io.gradwatch.sample.payload.DigitPayloads;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * How fast records are read, from bytes to samples, against what the format's library takes for the
 * same bytes: for a plain parse, which may leave the numbers as bytes or as objects, and with the
 * numbers in an array of floats, which somebody has to make of them before a model is asked.
 *
 * <p>The libraries: Jackson's tree, protobuf's message, Avro's generic record, DJL's arrays for
 * NumPy. Time is that of the thread on its processor, so that other programs do not count. A bare
 * copy of an array's bytes stands beside the last: no reader can be faster.
 */
final class PayloadBench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 31;
  private static final double SECONDS_A_ROUND = 0.02;
  private static final Priority OFFSETS = new Priority(0, "topic", 0);
  private static final int[] ROWS = {1, 16};

  private PayloadBench() {}

  private interface Work {
    Object on(Payload payload) throws Exception;
  }

  static void report(File json) throws Exception {
    ObjectNode result = JSON.createObjectNode();
    System.out.printf(
        "%-34s %4s %8s %12s %-20s %s%n",
        "format", "rows", "bytes", "rows/s", "rate / plain parse", "rate / parse to floats");
    try (NDManager arrays = NDManager.newBaseManager()) {
      for (int rows : ROWS) {
        List<float[]> digits = digits(256);
        for (DigitPayloads.Variant variant : DigitPayloads.variants(rows)) {
          line(variant.name(), variant, digits, new PlainParse(variant.name(), arrays), result);
          if (variant.name().equals("npy")) {
            line("npy, a bare copy", variant, digits, PlainParse.COPY, result);
          }
        }
      }
    }
    id(result);
    JSON.writerWithDefaultPrettyPrinter().writeValue(json, result);
  }

  private static void line(
      String name,
      DigitPayloads.Variant variant,
      List<float[]> digits,
      PlainParse library,
      ObjectNode result)
      throws Exception {
    List<Payload> messages = variant.messages(digits);
    double[] parse = new double[ROUNDS];
    double[] numbers = new double[ROUNDS];
    double[] rates = new double[ROUNDS];
    int repeats = repeats(messages, variant.reader()::read);
    for (int round = -ROUNDS / 2; round < ROUNDS; round++) {
      double alone = seconds(messages, payload -> library.parse(payload.value()), repeats);
      double own = seconds(messages, variant.reader()::read, repeats);
      double all = seconds(messages, payload -> library.numbers(payload.value()), repeats);
      if (round >= 0) {
        parse[round] = alone / own;
        numbers[round] = all / own;
        rates[round] = repeats * digits.size() / own;
      }
    }
    System.out.printf(
        "%-34s %4d %8d %12.0f %-20s %s%n",
        name,
        variant.rows(),
        messages.get(0).value().length,
        Spread.of(rates).median(),
        Spread.of(parse),
        Spread.of(numbers));
    result
        .putObject(name + " x" + variant.rows())
        .put("plain", Spread.of(parse).median())
        .put("floats", Spread.of(numbers).median());
  }

  /** What an id's priority costs, which each record has where records are joined. */
  private static void id(ObjectNode result) throws Exception {
    DigitPayloads.Variant variant = DigitPayloads.variants(1).get(0);
    List<Payload> messages = variant.messages(digits(256));
    SplittableRandom random = new SplittableRandom(7);
    Work hash =
        payload -> Priority.ofId(0, new UUID(random.nextLong(), random.nextLong()).toString());
    Work text = payload -> new UUID(random.nextLong(), random.nextLong()).toString();
    Work offset = payload -> OFFSETS.of(random.nextLong());
    int repeats = repeats(messages, variant.reader()::read);
    int often = 20 * repeats;
    double[] read = new double[ROUNDS];
    double[] nanos = new double[ROUNDS];
    double[] offsets = new double[ROUNDS];
    for (int round = -ROUNDS / 2; round < ROUNDS; round++) {
      double ids = (seconds(messages, hash, often) - seconds(messages, text, often)) / often;
      double place = seconds(messages, offset, often) / often;
      double own = seconds(messages, variant.reader()::read, repeats) / repeats;
      if (round >= 0) {
        read[round] = ids / own;
        nanos[round] = ids / messages.size() * 1e9;
        offsets[round] = place / messages.size() * 1e9;
      }
    }
    System.out.printf(
        "the priority of an id of 36 characters / reading %s of one row: %s; %s ns, of an offset %s ns%n",
        variant.name(), Spread.of(read), Spread.of(nanos), Spread.of(offsets));
    result.putObject("priority of an id").put("of reading", Spread.of(read).median());
  }

  private static int repeats(List<Payload> messages, Work work) throws Exception {
    double once = seconds(messages, work, 20) / 20;
    return (int) Math.max(1, SECONDS_A_ROUND / once);
  }

  private static double seconds(List<Payload> messages, Work work, int repeats) throws Exception {
    long begin = THREADS.getCurrentThreadCpuTime();
    int seen = 0;
    for (int repeat = 0; repeat < repeats; repeat++) {
      for (Payload message : messages) {
        seen += work.on(message) == null ? 0 : 1;
      }
    }
    if (seen != repeats * messages.size()) {
      throw new IllegalStateException("nothing was read");
    }
    return (THREADS.getCurrentThreadCpuTime() - begin) / 1e9;
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
