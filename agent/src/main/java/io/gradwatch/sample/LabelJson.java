package io.gradwatch.sample;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * True answers in JSON: a number, or text such as {@code "3"} or {@code "0,1,1"}; as the value of a
 * record also an array of numbers, or one of these within an object, under {@code label}.
 *
 * <p>Pure; callable on any thread.
 */
public final class LabelJson {
  private static final String EXPECTED = "a number, or text such as \"3\" or \"0,1,1\"";
  private static final int LONGEST = 100_000;
  private static final ObjectReader READER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build().reader();

  private LabelJson() {}

  /**
   * Reads the value of a record of a labels topic.
   *
   * @return at least one finite number
   * @throws MalformedSampleException if it is no label
   */
  public static List<Double> parse(byte[] value) throws MalformedSampleException {
    if (value.length > LONGEST) {
      throw new MalformedSampleException(
          "%d bytes; expected a label of at most %d".formatted(value.length, LONGEST));
    }
    try {
      JsonNode node = READER.readTree(value);
      return node.isObject() ? any(node.path("label"), "$.label") : any(node, "$");
    } catch (JsonProcessingException e) {
      throw new MalformedSampleException("not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new MalformedSampleException("not JSON: " + e.getMessage());
    }
  }

  private static List<Double> any(JsonNode node, String path) throws MalformedSampleException {
    if (!node.isArray() || node.isEmpty()) {
      return of(node, path);
    }
    List<Double> values = new ArrayList<>();
    for (JsonNode part : node) {
      if (!part.isNumber()) {
        throw Json.mismatch(path, part, EXPECTED);
      }
      values.add(finite(part.asText(), path));
    }
    return List.copyOf(values);
  }

  /**
   * Reads a label that is a number or text.
   *
   * @param path where it stands, for messages
   */
  public static List<Double> of(JsonNode node, String path) throws MalformedSampleException {
    if (!node.isNumber() && !node.isTextual()) {
      throw Json.mismatch(path, node, EXPECTED);
    }
    return ofText(node.asText(), path);
  }

  /**
   * Reads a label that is text.
   *
   * @param path where it stands, for messages
   */
  public static List<Double> ofText(String text, String path) throws MalformedSampleException {
    List<Double> values = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      values.add(finite(part, path));
    }
    return List.copyOf(values);
  }

  private static double finite(String text, String path) throws MalformedSampleException {
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      value = Double.NaN;
    }
    if (!Double.isFinite(value)) {
      throw new MalformedSampleException(
          "%s: '%s' is no finite number; expected %s".formatted(path, Json.brief(text), EXPECTED));
    }
    return value;
  }
}
