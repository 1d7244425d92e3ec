package io.gradwatch.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Records as nobody should send them, each made of a good request. Equal seeds give equal records.
 */
public final class HostileRecords {
  private static final int HUGE = 10 << 20;

  /** Good JSON but for its length. This and the next are shared, for they take time to make. */
  private final byte[] huge;

  private final byte[] deep = data("[".repeat(50_000)).getBytes(UTF_8);
  private final byte[] longName;
  private final SplittableRandom random;

  /**
   * A source of them.
   *
   * @param good a request that starts with a brace
   */
  public HostileRecords(byte[] good, long seed) {
    huge = Arrays.copyOf(good, HUGE);
    Arrays.fill(huge, good.length, HUGE, (byte) ' ');
    String name = "\"" + "\u20ac".repeat(45_000) + "\":1,";
    longName = new String(good, UTF_8).replaceFirst("\\{", "{" + name + name).getBytes(UTF_8);
    random = new SplittableRandom(seed);
  }

  /** What is wrong, and the reason under which it has to be counted. */
  public enum Kind {
    TRUNCATED("malformed"),
    NO_JSON("malformed"),
    TOMBSTONE("malformed"),
    EMPTY("malformed"),
    WRONG_TYPE("malformed"),
    NOT_A_NUMBER("malformed"),
    INFINITE("malformed"),
    WRONG_SHAPE("malformed"),
    ABSURD_SHAPE("malformed"),
    DEEP("malformed"),
    DUPLICATE_KEY("malformed"),
    LONG_NAME_TWICE("malformed"),
    INVALID_UTF_8("malformed"),
    TEN_MEGABYTES("too-large"),
    HUGE_KEY("too-large"),
    HUGE_HEADER("too-large"),
    FAR_AHEAD("future"),
    WITHOUT_TIME("bad-time");

    private final String reason;

    Kind(String reason) {
      this.reason = reason;
    }

    /** The label of the metric. */
    public String reason() {
      return reason;
    }

    /** Whether it shows only to who looks closer than at the length of the value and the time. */
    public boolean looksGood() {
      return reason.equals("malformed") || this == HUGE_KEY || this == HUGE_HEADER;
    }
  }

  /**
   * A record.
   *
   * @param header value of a header; empty for none
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Hostile(Kind kind, byte @Nullable [] key, byte @Nullable [] value, byte[] header) {}

  /** The next record; large ones are rare. */
  public Hostile next(byte[] good) {
    Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
    boolean large = kind == Kind.TEN_MEGABYTES || kind == Kind.HUGE_KEY || kind == Kind.HUGE_HEADER;
    return large && random.nextInt(20) > 0 ? next(good) : of(kind, good);
  }

  /** A record of one kind. */
  public Hostile of(Kind kind, byte[] good) {
    byte[] none = {};
    return switch (kind) {
      case TEN_MEGABYTES -> new Hostile(kind, null, huge, none);
      case HUGE_KEY -> new Hostile(kind, huge, good, none);
      case HUGE_HEADER -> new Hostile(kind, null, good, huge);
      case TOMBSTONE -> new Hostile(kind, new byte[] {1}, null, none);
      default -> new Hostile(kind, null, value(kind, good), none);
    };
  }

  private byte[] value(Kind kind, byte[] good) {
    String text = new String(good, UTF_8);
    return switch (kind) {
      case TRUNCATED -> Arrays.copyOf(good, 1 + random.nextInt(good.length - 1));
      case EMPTY -> new byte[0];
      case NO_JSON -> bytes(64);
      case WRONG_TYPE ->
          pick("{\"inputs\":3}", "[1,2]", "\"text\"", data("{}"), data("[\"1\"]"), data("[true]"));
      case NOT_A_NUMBER -> pick(data("[NaN]"), data("[null]"), data("[\"NaN\"]"));
      case INFINITE -> pick(data("[1e999]"), data("[-1e39]"), data("[Infinity]"));
      case WRONG_SHAPE -> pick(data("[1,2]"), data("[]"), data("[[1],[1]]"), shape("[2,1]"));
      case ABSURD_SHAPE ->
          pick(
              shape("[1000000000,1000000000]"),
              shape("[4611686018427387904,2]"),
              shape("[-1]"),
              shape("[0]"),
              shape("[1e2]"),
              shape("[" + "1,".repeat(40) + "1]"));
      case DEEP -> deep;
      case DUPLICATE_KEY -> text.replaceFirst("\\{", "{\"id\":\"0\",\"id\":\"1\",").getBytes(UTF_8);
      case LONG_NAME_TWICE -> longName;
      case INVALID_UTF_8 -> {
        byte[] value = ("{\"x\":\"??\"," + text.substring(1)).getBytes(UTF_8);
        value[6] = (byte) 0xC3;
        value[7] = (byte) 0x28;
        yield value;
      }
      default -> good;
    };
  }

  private byte[] pick(String... values) {
    return values[random.nextInt(values.length)].getBytes(UTF_8);
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String data(String data) {
    return tensor("[1,1]", data);
  }

  private static String shape(String shape) {
    return tensor(shape, "[1]");
  }

  private static String tensor(String shape, String data) {
    return "{\"inputs\":[{\"name\":\"x\",\"shape\":%s,\"datatype\":\"FP32\",\"data\":%s}]}"
        .formatted(shape, data);
  }
}
