package io.gradwatch.demo;

import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.payload.PayloadReader;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The demonstration's traffic as the samples that the agent makes of it, without a broker: each
 * digit goes through the body of a request, once.
 *
 * <p>Immutable once made.
 */
public final class DigitSamples {
  private final Map<Shift, Map<String, InferenceSample>> arriving = new EnumMap<>(Shift.class);
  private final List<InferenceSample> upright;

  /**
   * Reads the requests.
   *
   * @param digits at least one
   */
  public DigitSamples(List<Digit> digits) {
    for (Shift shift : Shift.values()) {
      Map<String, InferenceSample> samples = new HashMap<>();
      for (int digit = 0; digit < digits.size(); digit++) {
        samples.put(DigitRequests.id(digit), sample(digits.get(digit), digit, shift));
      }
      arriving.put(shift, samples);
    }
    upright =
        IntStream.range(0, digits.size())
            .mapToObj(digit -> shifted(DigitRequests.id(digit), Shift.NONE))
            .toList();
  }

  /** Samples drawn uniformly with replacement, as {@link DigitRequests} does. */
  public List<InferenceSample> draw(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<InferenceSample> drawn = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      drawn.add(upright.get(random.nextInt(upright.size())));
    }
    return drawn;
  }

  /** The same digit as it arrives after a shift. */
  public InferenceSample shifted(InferenceSample sample, Shift shift) {
    return shifted(Objects.requireNonNull(sample.id()), shift);
  }

  private InferenceSample shifted(String id, Shift shift) {
    return Objects.requireNonNull(
        Objects.requireNonNull(arriving.get(shift)).get(id), "no digit of these");
  }

  private static InferenceSample sample(Digit digit, int number, Shift shift) {
    byte[] body = new DigitRequests(List.of(digit), 0).body(number, shift);
    try {
      return PayloadReader.AUTO.read(body).get(0);
    } catch (MalformedSampleException e) {
      throw new IllegalStateException(e);
    }
  }
}
