package io.gradwatch.sample.payload;

import com.sun.management.ThreadMXBean;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Payload;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Reads damaged payloads of the whole corpus. Each must give samples or a reasoned refusal, and may
 * not take more memory than its length allows.
 */
public final class Fuzzer {
  /** Bytes that reading may allocate, whatever the payload is: parsers have buffers and tables. */
  private static final long BASE = 4 << 20;

  /** The same for each byte of a payload. */
  private static final long PER_BYTE = 512;

  /** Rounds over the corpus in which classes are loaded, which takes memory as well. */
  private static final int WARM_UP = 4;

  private Fuzzer() {}

  /**
   * What came of it.
   *
   * @param read payloads that were samples or responses in spite of the damage
   * @param refused those that were refused with a reason
   * @param largest bytes that one reading allocated
   */
  public record Result(int read, int refused, long largest) {}

  /**
   * Reads damaged payloads.
   *
   * @param rounds payloads, all entries of the corpus in turn
   * @throws AssertionError at the first that is neither read nor refused as it should be
   */
  public static Result run(int rounds, long seed) {
    List<Corpus.Entry> entries = Corpus.entries();
    SplittableRandom random = new SplittableRandom(seed);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int read = 0;
    int refused = 0;
    long largest = 0;
    for (int round = 0; round < rounds; round++) {
      Corpus.Entry entry = entries.get(round % entries.size());
      byte[] damaged = Damage.of(entry.value(), random);
      long before = threads.getCurrentThreadAllocatedBytes();
      boolean good = read(entry, damaged, round);
      long taken = threads.getCurrentThreadAllocatedBytes() - before;
      if (round < WARM_UP * entries.size()) {
        continue;
      }
      if (taken > BASE + PER_BYTE * damaged.length) {
        throw new AssertionError(
            "%s, round %d: %d bytes allocated for %s"
                .formatted(entry, round, taken, HexFormat.of().formatHex(damaged)));
      }
      largest = Math.max(largest, taken);
      read += good ? 1 : 0;
      refused += good ? 0 : 1;
    }
    return new Result(read, refused, largest);
  }

  private static boolean read(Corpus.Entry entry, byte[] damaged, int round) {
    Payload payload = entry.payload(damaged);
    try {
      for (InferenceSample sample : entry.reader().read(payload)) {
        sample.inputs().forEach(tensor -> require(isFinite(tensor.values()), entry, round));
      }
      return true;
    } catch (MalformedSampleException e) {
      String message = String.valueOf(e.getMessage());
      require(
          !message.isBlank() && !message.contains("\n") && message.length() < 1_000, entry, round);
      return false;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new AssertionError(
          "%s, round %d: %s".formatted(entry, round, HexFormat.of().formatHex(damaged)), e);
    }
  }

  private static boolean isFinite(double[] values) {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static void require(boolean holds, Corpus.Entry entry, int round) {
    if (!holds) {
      throw new AssertionError("%s, round %d: not finite, or no reason".formatted(entry, round));
    }
  }
}
