package io.gradwatch.sample.payload;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gradwatch.sample.Json;
import io.gradwatch.sample.MalformedSampleException;
import java.io.IOException;

/**
 * Reads JSON into a tree whose arrays of numbers are {@link NumberArray}s: payloads are mostly
 * numbers, and an object for each costs more than reading it.
 */
final class JsonReader {
  private static final int DEEPEST = 64;
  private static final int LONGEST_NUMBER = 1_000;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(LONGEST_NUMBER)
                  // A payload is bounded as a whole, and may be one text of Base64.
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private JsonReader() {}

  /**
   * The first value of some bytes.
   *
   * @param end where it ends, in bytes
   */
  record Prefix(JsonNode value, int end) {}

  /** Reads the first value; whatever follows it is not looked at. */
  static Prefix readFirst(byte[] bytes) throws MalformedSampleException {
    try (JsonParser parser = FACTORY.createParser(bytes)) {
      if (parser.nextToken() == null) {
        throw new MalformedSampleException("$: empty; expected a JSON object");
      }
      JsonNode value = value(parser);
      if (!value.isContainerNode()) {
        // The parser does not know where a number ends before it has seen what follows.
        throw Json.mismatch("$", value, "a JSON object or array");
      }
      return new Prefix(value, (int) parser.currentLocation().getByteOffset());
    } catch (JsonProcessingException e) {
      throw new MalformedSampleException("not JSON: " + oneLine(e), e);
    } catch (IOException e) {
      throw new MalformedSampleException("not JSON: undecodable characters", e);
    }
  }

  private static String oneLine(JsonProcessingException e) {
    String where =
        e.getLocation() == null
            ? ""
            : " at line %d, column %d"
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    return e.getOriginalMessage().replaceAll("\\s+", " ") + where;
  }

  private static JsonNode value(JsonParser parser) throws IOException, MalformedSampleException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? NODES.numberNode(parser.getBigIntegerValue())
              : NODES.numberNode(parser.getLongValue());
      default -> throw new MalformedSampleException("not JSON: " + parser.currentToken());
    };
  }

  private static ObjectNode object(JsonParser parser) throws IOException, MalformedSampleException {
    ObjectNode object = NODES.objectNode();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      if (object.replace(name, value(parser)) != null) {
        throw new MalformedSampleException(
            "not JSON: Duplicate field '%s'; expected each once".formatted(Json.brief(name)));
      }
    }
    return object;
  }

  private static ArrayNode array(JsonParser parser) throws IOException, MalformedSampleException {
    NumberArray numbers = new NumberArray();
    JsonToken token = parser.nextToken();
    while (token != JsonToken.END_ARRAY && add(parser, token, numbers)) {
      token = parser.nextToken();
    }
    if (token == JsonToken.END_ARRAY) {
      return numbers;
    }
    ArrayNode mixed = NODES.arrayNode();
    numbers.forEach(mixed::add);
    for (; token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      mixed.add(value(parser));
    }
    return mixed;
  }

  /** Whether a token is a number that the array takes. */
  private static boolean add(JsonParser parser, JsonToken token, NumberArray numbers)
      throws IOException {
    if (token == JsonToken.VALUE_NUMBER_FLOAT) {
      numbers.addFractional(parser.getDoubleValue());
      return true;
    }
    if (token != JsonToken.VALUE_NUMBER_INT
        || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      return false;
    }
    long whole = parser.getLongValue();
    if (whole > Elements.EXACT || whole < -Elements.EXACT) {
      return false;
    }
    numbers.addWhole(whole);
    return true;
  }
}
