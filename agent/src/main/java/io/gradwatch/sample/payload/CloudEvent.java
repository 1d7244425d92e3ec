package io.gradwatch.sample.payload;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradwatch.sample.Json;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Message;
import io.gradwatch.sample.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A CloudEvent around a message, as KServe's inference logger sends them: its attributes in headers
 * and the message as the value (binary), or all of it in one JSON object (structured).
 *
 * @param id which request and response share; null where it is missing
 * @param isResponse whether its type says that it is the response of a model
 * @param attributes of a structured event by name, but for its data; of a binary one they are
 *     headers, where they can be read without parsing
 * @param json the message, where it came as JSON within JSON; else null
 * @param bytes the message, where it came as bytes
 * @see <a
 *     href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md">
 *     Kafka protocol binding</a>
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record CloudEvent(
    @Nullable String id,
    boolean isResponse,
    Map<String, String> attributes,
    @Nullable JsonNode json,
    byte[] bytes) {
  private static final String STRUCTURED = "application/cloudevents";
  private static final String DATA = "data";
  private static final String BASE64 = "data_base64";
  private static final String SPECVERSION = "specversion";
  private static final byte[] NOTHING = {};

  /** Whether a record is an event with its attributes in headers. */
  static boolean isBinary(Payload payload) {
    return !isStructured(payload) && payload.header("ce_specversion") != null;
  }

  /** Whether a record's headers say that its value is a whole event. */
  static boolean isStructured(Payload payload) {
    String type = payload.header("content-type");
    return type != null && type.toLowerCase(Locale.ROOT).startsWith(STRUCTURED);
  }

  /** Whether a JSON value looks like a whole event. */
  static boolean detects(JsonNode root) {
    return root.has(SPECVERSION) && (root.has(DATA) || root.has(BASE64));
  }

  /** The event of headers and value. */
  static CloudEvent binary(Payload payload) throws MalformedSampleException {
    requireVersion(String.valueOf(payload.header("ce_specversion")), "header ce_specversion");
    return new CloudEvent(
        payload.header("ce_id"),
        isResponse(payload.header("ce_type")),
        Map.of(),
        null,
        payload.value());
  }

  /** The event of a JSON object. */
  static CloudEvent structured(JsonNode root) throws MalformedSampleException {
    requireVersion(root.path(SPECVERSION).asText(), "$." + SPECVERSION);
    Map<String, String> attributes = new HashMap<>(JsonFields.parameters(root));
    attributes.remove(DATA);
    attributes.remove(BASE64);
    JsonNode base64 = root.path(BASE64);
    JsonNode data = root.path(DATA);
    String type = attributes.get("type");
    String id = JsonFields.text(root.path("id"), "$.id");
    if (base64.isTextual()) {
      return new CloudEvent(id, isResponse(type), attributes, null, decoded(base64.asText()));
    }
    if (data.isTextual()) {
      byte[] text = data.asText().getBytes(StandardCharsets.UTF_8);
      return new CloudEvent(id, isResponse(type), attributes, null, text);
    }
    if (Json.isAbsent(data)) {
      throw Json.mismatch("$.data", data, "the event's data, or data_base64");
    }
    return new CloudEvent(id, isResponse(type), attributes, data, NOTHING);
  }

  private static byte[] decoded(String base64) throws MalformedSampleException {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new MalformedSampleException(
          "$.data_base64: %s; expected Base64"
              .formatted(Json.brief(String.valueOf(e.getMessage()))),
          e);
    }
  }

  private static void requireVersion(String version, String where) throws MalformedSampleException {
    if (!version.startsWith("1.")) {
      throw new MalformedSampleException(
          "%s: '%s'; expected 1.0".formatted(where, Json.brief(version)));
    }
  }

  /** What the type of an event says that it is. */
  static Message.Kind kind(@Nullable String type) {
    if (isResponse(type)) {
      return Message.Kind.RESPONSE;
    }
    return type != null && type.endsWith("inference.request")
        ? Message.Kind.REQUEST
        : Message.Kind.UNKNOWN;
  }

  private static boolean isResponse(@Nullable String type) {
    return type != null && type.endsWith("inference.response");
  }
}
