package io.gradwatch.sample.payload;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Message;
import io.gradwatch.sample.Payload;
import io.gradwatch.sample.SampleReader;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of one model: takes off what is around the message, reads the message in its
 * format, and makes of it what the model takes.
 *
 * <p>Immutable; callable on any thread.
 *
 * @param format that messages are in; {@link PayloadFormat#AUTO} for whichever it is
 * @param schemas of Avro messages; null where there are none
 * @param mapping from what arrives to what the model takes
 */
public record PayloadReader(
    PayloadFormat format, @Nullable AvroSchemas schemas, InputMapping mapping)
    implements SampleReader {
  /** Any format, as it arrives. */
  public static final PayloadReader AUTO =
      new PayloadReader(PayloadFormat.AUTO, null, InputMapping.NONE);

  private static final List<String> LENGTH_HEADERS =
      List.of("Inference-Header-Content-Length", "inference-header-content-length");

  public PayloadReader {
    if (format == PayloadFormat.AVRO && schemas == null) {
      throw new IllegalArgumentException("format is avro, which needs avro-schema");
    }
  }

  @Override
  public List<InferenceSample> read(Payload payload) throws MalformedSampleException {
    return message(payload, false).rows();
  }

  @Override
  public Message message(Payload payload, boolean response) throws MalformedSampleException {
    InferenceMessage message = parse(payload, response);
    return message.isResponse()
        ? new Message(List.of(), Rows.response(message))
        : new Message(Rows.of(message, mapping.apply(message)), null);
  }

  @Override
  public Message.Kind kind(Payload payload) {
    if (CloudEvent.isBinary(payload)) {
      return CloudEvent.kind(payload.header("ce_type"));
    }
    String type = payload.header("seldon-infer-type");
    if (type == null || CloudEvent.isStructured(payload)) {
      return Message.Kind.UNKNOWN;
    }
    return isResponse(payload) ? Message.Kind.RESPONSE : Message.Kind.REQUEST;
  }

  /**
   * What a request consists of before the mapping, for people.
   *
   * @throws MalformedSampleException if it cannot be read
   */
  public String describe(Payload payload) throws MalformedSampleException {
    return message(payload).describe();
  }

  /** What the record says, before the mapping. */
  InferenceMessage message(Payload payload) throws MalformedSampleException {
    return parse(payload, false);
  }

  private InferenceMessage parse(Payload payload, boolean response)
      throws MalformedSampleException {
    if (payload.value().length == 0) {
      throw new MalformedSampleException("$: empty; expected a message");
    }
    InferenceMessage message;
    if (CloudEvent.isStructured(payload)) {
      message =
          within(
              CloudEvent.structured(JsonReader.readFirst(payload.value()).value()),
              payload,
              response);
    } else if (CloudEvent.isBinary(payload)) {
      message = within(CloudEvent.binary(payload), payload, response);
    } else {
      message = bare(payload, response || isResponse(payload));
    }
    String requestId = payload.header("x-request-id");
    return message.id() == null && requestId != null
        ? message.with(requestId, message.label(), message.parameters())
        : message;
  }

  /** Seldon's gateways say so. */
  private static boolean isResponse(Payload payload) {
    String type = payload.header("seldon-infer-type");
    return type != null && type.toLowerCase(Locale.ROOT).endsWith("response");
  }

  private InferenceMessage within(CloudEvent event, Payload payload, boolean response)
      throws MalformedSampleException {
    JsonNode json = event.json();
    InferenceMessage message =
        json == null
            ? bare(payload.with(event.bytes()), response || event.isResponse())
            : json(json, ByteBuffer.allocate(0), Integer.MAX_VALUE);
    Map<String, String> parameters = new HashMap<>(event.attributes());
    parameters.putAll(message.parameters());
    String id = message.id() == null ? event.id() : message.id();
    return message.with(id, message.label(), parameters);
  }

  private InferenceMessage bare(Payload payload, boolean response) throws MalformedSampleException {
    byte[] value = payload.value();
    RegistryPrefix header = avroSchemas() == null ? null : RegistryPrefix.ofHeaders(payload);
    if (header != null) {
      return registered(header, response);
    }
    if (NumpyArray.detects(value) || NumpyArchive.detects(value)) {
      requireFormat(PayloadFormat.NUMPY, "NumPy");
      return NumpyArray.detects(value)
          ? InferenceMessage.of(List.of(NumpyArray.read(PlainJson.VALUES, value, true)), true)
          : InferenceMessage.of(NumpyArchive.read(value), true);
    }
    if (RegistryPrefix.detects(value)) {
      return registered(RegistryPrefix.of(value), response);
    }
    if (format.isJson() || (format == PayloadFormat.AUTO && beginsJson(value))) {
      return json(payload);
    }
    requireFormat(PayloadFormat.OPEN_INFERENCE_PROTOBUF, "protobuf");
    return protobuf(ByteBuffer.wrap(value), response);
  }

  /** Null where records are no Avro. */
  private @Nullable AvroSchemas avroSchemas() {
    return format == PayloadFormat.AVRO || format == PayloadFormat.AUTO ? schemas : null;
  }

  private InferenceMessage registered(RegistryPrefix prefix, boolean response)
      throws MalformedSampleException {
    boolean protobuf = format == PayloadFormat.OPEN_INFERENCE_PROTOBUF;
    ByteBuffer message = prefix.message();
    AvroSchemas known = avroSchemas();
    if (known != null) {
      return AvroMessage.read(message, known.of(prefix.schema()));
    }
    byte[] bytes = new byte[message.remaining()];
    message.duplicate().get(bytes);
    if (format.isJson() || (!protobuf && beginsJson(bytes))) {
      return json(Payload.of(bytes));
    }
    requireFormat(PayloadFormat.OPEN_INFERENCE_PROTOBUF, "protobuf of a schema registry");
    return protobuf(prefix.protobuf(), response);
  }

  private static InferenceMessage protobuf(ByteBuffer bytes, boolean response)
      throws MalformedSampleException {
    return response ? OpenInferenceProtobuf.response(bytes) : OpenInferenceProtobuf.read(bytes);
  }

  private void requireFormat(PayloadFormat found, String name) throws MalformedSampleException {
    if (format != PayloadFormat.AUTO && format != found) {
      throw new MalformedSampleException(
          "looks like %s; expected %s, as the key format says".formatted(name, format.label()));
    }
  }

  private static boolean beginsJson(byte[] value) {
    for (byte next : value) {
      if (next != ' ' && next != '\n' && next != '\r' && next != '\t') {
        return next == '{' || next == '[';
      }
    }
    return false;
  }

  private InferenceMessage json(Payload payload) throws MalformedSampleException {
    byte[] value = payload.value();
    JsonReader.Prefix first = JsonReader.readFirst(value);
    int end = first.end();
    int declared = declaredLength(payload);
    if (declared > end && declared <= value.length && isBlank(value, end, declared)) {
      end = declared;
    }
    if (isBlank(value, end, value.length)) {
      end = value.length;
    }
    if (CloudEvent.detects(first.value())) {
      return within(CloudEvent.structured(first.value()), Payload.of(value), false);
    }
    return json(first.value(), ByteBuffer.wrap(value, end, value.length - end), value.length);
  }

  /** Where the JSON of a message with binary tensors ends, if a header says so; else -1. */
  private static int declaredLength(Payload payload) {
    for (String name : LENGTH_HEADERS) {
      String length = payload.header(name);
      if (length != null && length.matches("[0-9]{1,9}")) {
        return Integer.parseInt(length);
      }
    }
    return -1;
  }

  private static boolean isBlank(byte[] value, int from, int to) {
    for (int at = from; at < to; at++) {
      if (value[at] > ' ' || value[at] < 0) {
        return false;
      }
    }
    return true;
  }

  private InferenceMessage json(JsonNode root, ByteBuffer binary, int maxElements)
      throws MalformedSampleException {
    PayloadFormat kind = format == PayloadFormat.AUTO ? kind(root) : format;
    if (kind != PayloadFormat.OPEN_INFERENCE && binary.hasRemaining()) {
      throw new MalformedSampleException(
          "not JSON: Trailing bytes after the first value, %d of them"
              .formatted(binary.remaining()));
    }
    return switch (kind) {
      case OPEN_INFERENCE -> OpenInferenceJson.read(root, binary, maxElements);
      case KSERVE_V1 -> InstancesJson.read(root);
      case MLFLOW -> MlflowJson.read(root);
      default -> PlainJson.read(root);
    };
  }

  private static PayloadFormat kind(JsonNode root) {
    if (OpenInferenceJson.detects(root)) {
      return PayloadFormat.OPEN_INFERENCE;
    }
    if (InstancesJson.detects(root)) {
      return PayloadFormat.KSERVE_V1;
    }
    return MlflowJson.detects(root) ? PayloadFormat.MLFLOW : PayloadFormat.JSON;
  }
}
