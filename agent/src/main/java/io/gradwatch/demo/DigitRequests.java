package io.gradwatch.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * An endless, repeatable sequence of inference requests: digits drawn uniformly with replacement,
 * as Open Inference Protocol JSON with one input {@code image} of FP32 [1, 1, 8, 8] and the true
 * answer as {@code parameters.label}. A request whose digit has been answered is joined with the
 * response: one output {@code logits} of FP32 [1, 10].
 *
 * <p>Pure; callable on any thread.
 *
 * @param digits to draw from, at least one
 * @param seed of the draws: equal seeds give equal sequences
 * @param answers of the deployed model, by digit as it arrives
 */
public record DigitRequests(List<Digit> digits, long seed, Map<Digit, List<Float>> answers) {
  private static final ObjectWriter WRITER = new ObjectMapper().writer();

  /** The step of SplittableRandom: a seed moved by n steps draws what the n-th draw would give. */
  private static final long STEP = 0x9E3779B97F4A7C15L;

  public DigitRequests {
    digits = List.copyOf(digits);
    answers = Map.copyOf(answers);
    if (digits.isEmpty()) {
      throw new IllegalArgumentException("there are no digits to draw from");
    }
  }

  /** Without answers. */
  public DigitRequests(List<Digit> digits, long seed) {
    this(digits, seed, Map.of());
  }

  /** The id of request {@code number}, which is also the key of its record. */
  public static String id(long number) {
    return "digit-" + number;
  }

  /**
   * The body of a request.
   *
   * @param number in the sequence, from 0; the same number always draws the same digit
   */
  public byte[] body(long number, Shift shift) {
    Digit digit =
        shift.apply(digits.get(new SplittableRandom(seed + number * STEP).nextInt(digits.size())));
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("id", id(number));
    request.putObject("parameters").put("label", digit.label());
    ObjectNode input = request.putArray("inputs").addObject();
    input.put("name", "image").put("datatype", "FP32");
    input.putArray("shape").add(1).add(1).add(Digit.SIZE).add(Digit.SIZE);
    ArrayNode data = input.putArray("data");
    digit.pixels().forEach(data::add);
    List<Float> answer = answers.get(digit);
    if (answer != null) {
      ObjectNode output = request.putArray("outputs").addObject();
      output.put("name", "logits").put("datatype", "FP32");
      output.putArray("shape").add(1).add(answer.size());
      ArrayNode logits = output.putArray("data");
      answer.forEach(logits::add);
    }
    try {
      return WRITER.writeValueAsBytes(request);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
