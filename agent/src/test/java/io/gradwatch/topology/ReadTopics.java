package io.gradwatch.topology;

import io.gradwatch.sample.payload.PayloadFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The topics of others that Gradwatch reads, as channels of the AsyncAPI document: inference
 * requests in every format, and labels.
 */
final class ReadTopics {
  private static final Path PROTOBUF = Path.of("src/test/protobuf/inference/open_inference.proto");

  /** The media type of each format; what has a JSON Schema under its label is JSON. */
  private static final Map<PayloadFormat, String> MEDIA_TYPES =
      Map.of(
          PayloadFormat.OPEN_INFERENCE_PROTOBUF, "application/protobuf",
          PayloadFormat.AVRO, "application/vnd.apache.avro",
          PayloadFormat.NUMPY, "application/octet-stream");

  private ReadTopics() {}

  /** The channels by their names. */
  static Map<String, Object> channels(RecordComments comments) throws IOException {
    Map<String, Object> channels = new LinkedHashMap<>();
    channels.put(
        "inference",
        channel(
            "Inference requests, perhaps with their answers: each row is a sample. Written by the"
                + " serving stack; Gradwatch only reads them. A CloudEvent in binary mode has its"
                + " attributes in headers that begin with ce_, and one of these messages as its data.",
            "any of a model's 'topics', or that its 'topics-regex' matches",
            "inference.fraud",
            requests(comments)));
    Map<String, Object> label = json("label");
    label.put(
        "bindings",
        Map.of(
            "kafka",
            Map.of(
                "key",
                AsyncApiDocument.ordered(
                    "type",
                    "string",
                    "description",
                    "the request's id, unless 'label-id' names a header that has it"))));
    channels.put(
        "labels",
        channel(
            "True answers that come later, joined with the requests by their id.",
            "a model's 'labels-topic'",
            "fraud.labels",
            Map.of("Label", label)));
    return channels;
  }

  private static Map<String, Object> channel(
      String description, String address, String example, Map<String, Object> messages) {
    return AsyncApiDocument.ordered(
        "address",
        "{topic}",
        "description",
        description,
        "parameters",
        Map.of(
            "topic",
            AsyncApiDocument.ordered("description", address, "examples", List.of(example))),
        "messages",
        messages);
  }

  private static Map<String, Object> requests(RecordComments comments) throws IOException {
    Map<String, Object> messages = new LinkedHashMap<>();
    for (PayloadFormat format : PayloadFormat.values()) {
      if (format != PayloadFormat.AUTO) {
        Map<String, Object> message = message(format);
        message.put(
            "summary", Objects.requireNonNull(comments.of(PayloadFormat.class, format.name())));
        messages.put(name(format), message);
      }
    }
    Map<String, Object> event = json("cloudevent");
    event.put("contentType", "application/cloudevents+json");
    event.put("summary", "A CloudEvent in structured mode around any of the others.");
    messages.put("CloudEvent", event);
    return messages;
  }

  private static Map<String, Object> message(PayloadFormat format) throws IOException {
    String media = MEDIA_TYPES.get(format);
    if (media == null) {
      return json(format.label());
    }
    Map<String, Object> message = AsyncApiDocument.ordered("contentType", media);
    if (format == PayloadFormat.OPEN_INFERENCE_PROTOBUF) {
      message.put(
          "payload",
          AsyncApiDocument.ordered(
              "schemaFormat",
              "application/vnd.google.protobuf;version=3",
              "schema",
              Files.readString(PROTOBUF)));
    }
    return message;
  }

  private static Map<String, Object> json(String schema) {
    return AsyncApiDocument.ordered(
        "contentType",
        "application/json",
        "payload",
        AsyncApiDocument.ordered(
            "schemaFormat",
            "application/schema+json;version=draft-2020-12",
            "schema",
            AsyncApiDocument.ordered("$ref", "payloads/" + schema + ".schema.json")));
  }

  private static String name(PayloadFormat format) {
    List<String> words = new ArrayList<>();
    for (String word : format.label().split("-", -1)) {
      words.add(word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return String.join("", words);
  }
}
