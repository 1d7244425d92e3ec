package io.gradwatch.sample.payload;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.KafkaMessageFactory;
import io.gradwatch.inference.proto.InferTensorContents;
import io.gradwatch.inference.proto.ModelInferRequest;
import io.gradwatch.inference.proto.ModelInferRequest.InferInputTensor;
import io.gradwatch.sample.DataType;
import io.gradwatch.sample.Float16;
import io.gradwatch.sample.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Digits in every format, written by the formats' own libraries: rows of 64 pixels, each a
 * sixteenth of 0 to 16, which every data type represents exactly, as it is or times 16.
 */
public final class DigitPayloads {
  /** One record of Avro with an array. */
  public static final Schema ARRAY =
      SchemaBuilder.record("Digit")
          .fields()
          .name("id")
          .type()
          .stringType()
          .noDefault()
          .name("image")
          .type()
          .array()
          .items()
          .floatType()
          .noDefault()
          .endRecord();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PIXELS = 64;
  private static final int INK = 16;

  private DigitPayloads() {}

  /**
   * One way to send digits.
   *
   * @param rows the digits that a message takes at most
   * @param reader set up for it, which gives images of FP32 [1, 8, 8]
   * @param write makes a record of rows
   */
  public record Variant(
      String name, int rows, PayloadReader reader, Function<List<float[]>, Payload> write) {
    /** All digits, in messages. */
    public List<Payload> messages(List<float[]> digits) {
      List<Payload> messages = new ArrayList<>();
      for (int from = 0; from < digits.size(); from += rows) {
        messages.add(write.apply(digits.subList(from, Math.min(from + rows, digits.size()))));
      }
      return messages;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * All ways.
   *
   * @param rows digits a message, where the format takes several
   */
  public static List<Variant> variants(int rows) {
    List<Variant> variants = new ArrayList<>();
    variants.add(of("open-inference", rows, digits -> bytes(openInference(digits, "FP32", true))));
    variants.add(
        of(
            "open-inference, flat FP64",
            rows,
            digits -> bytes(openInference(digits, "FP64", false))));
    variants.add(
        scaled(
            "open-inference, UINT8", rows, digits -> bytes(openInference(digits, "UINT8", false))));
    variants.add(
        scaled(
            "open-inference, INT64", rows, digits -> bytes(openInference(digits, "INT64", false))));
    for (String type : List.of("FP32", "FP16", "BF16")) {
      variants.add(
          of("open-inference binary, " + type, rows, digits -> Payload.of(binary(digits, type))));
    }
    for (String type : List.of("FP16", "BF16", "FP32", "FP64")) {
      variants.add(
          of(
              "protobuf raw, " + type,
              rows,
              digits -> Payload.of(protobuf(digits, type).toByteArray())));
    }
    for (String type :
        List.of("INT8", "UINT8", "INT16", "UINT16", "INT32", "UINT32", "INT64", "UINT64")) {
      variants.add(
          scaled(
              "protobuf raw, " + type,
              rows,
              digits -> Payload.of(protobuf(digits, type).toByteArray())));
    }
    variants.add(
        of("protobuf typed, FP32", rows, digits -> Payload.of(typed(digits, false).toByteArray())));
    variants.add(
        scaled(
            "protobuf typed, UINT32",
            rows,
            digits -> Payload.of(typed(digits, true).toByteArray())));
    variants.add(
        of(
            "seldon with registry",
            rows,
            digits -> Payload.of(prefixed(typed(digits, false).toByteArray(), 1))));
    variants.add(
        of(
            "kserve-v1",
            rows,
            digits -> bytes(JSON.createObjectNode().set("instances", images(digits)))));
    variants.add(of("mlflow dataframe_split", rows, digits -> bytes(split(digits))));
    variants.add(
        of(
            "mlflow dataframe_records",
            rows,
            digits -> bytes(JSON.createObjectNode().set("dataframe_records", records(digits)))));
    variants.add(
        of(
            "mlflow inputs",
            rows,
            digits -> bytes(JSON.createObjectNode().set("inputs", vectors(digits)))));
    variants.add(of("json arrays", rows, digits -> bytes(vectors(digits))));
    variants.add(
        new Variant(
            "json records",
            rows,
            reader(null, columns(), List.of()),
            digits -> bytes(records(digits))));
    variants.add(
        new Variant(
            "avro",
            1,
            reader(ARRAY, List.of("image"), List.of()),
            digits -> Payload.of(avro(digits.get(0)))));
    variants.add(of("npy", rows, digits -> Payload.of(npy(digits))));
    variants.add(of("npz", rows, digits -> Payload.of(npz(digits))));
    variants.add(
        of(
            "cloudevents binary",
            rows,
            digits ->
                binaryEvent(
                    bytes(openInference(digits, "FP32", true)).value(), "application/json")));
    variants.add(
        of(
            "cloudevents structured",
            rows,
            digits ->
                structuredEvent(
                    bytes(openInference(digits, "FP32", true)).value(), "application/json")));
    variants.add(
        of(
            "cloudevents structured, base64",
            rows,
            digits -> structuredEvent(binary(digits, "FP32"), "application/octet-stream")));
    return variants;
  }

  private static Variant of(String name, int rows, Function<List<float[]>, Payload> write) {
    return new Variant(name, rows, reader(null, List.of(), List.of()), write);
  }

  /** Pixels times 16, as whole numbers, which the mapping divides by 16 again. */
  private static Variant scaled(String name, int rows, Function<List<float[]>, Payload> write) {
    return new Variant(name, rows, reader(null, List.of(), List.of((double) INK)), write);
  }

  private static PayloadReader reader(
      @Nullable Schema schema, List<String> from, List<Double> scale) {
    ModelInput image =
        new ModelInput(
            "image",
            from,
            List.of(),
            DataType.FP32,
            List.of(-1, 1, 8, 8),
            List.of(),
            scale,
            List.of());
    AvroSchemas schemas = schema == null ? null : new AvroSchemas(Map.of(), schema);
    return new PayloadReader(PayloadFormat.AUTO, schemas, new InputMapping(List.of(image)));
  }

  private static Payload bytes(com.fasterxml.jackson.databind.JsonNode json) {
    try {
      return Payload.of(JSON.writeValueAsBytes(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode openInference(List<float[]> digits, String type, boolean nested) {
    ObjectNode request = JSON.createObjectNode().put("id", "d-1");
    ObjectNode input = request.putArray("inputs").addObject();
    input.put("name", "image").put("datatype", type);
    input.putArray("shape").add(digits.size()).add(PIXELS);
    boolean whole = type.startsWith("UINT") || type.startsWith("INT");
    ArrayNode data = input.putArray("data");
    for (float[] digit : digits) {
      ArrayNode to = nested ? data.addArray() : data;
      for (float pixel : digit) {
        if (whole) {
          to.add((int) (pixel * INK));
        } else {
          to.add(pixel);
        }
      }
    }
    return request;
  }

  private static byte[] binary(List<float[]> digits, String type) {
    byte[] raw = raw(digits, type);
    ObjectNode request = JSON.createObjectNode();
    ObjectNode input =
        request.putArray("inputs").addObject().put("name", "image").put("datatype", type);
    input.putArray("shape").add(digits.size()).add(PIXELS);
    input.putObject("parameters").put("binary_data_size", raw.length);
    byte[] head = bytes(request).value();
    return ByteBuffer.allocate(head.length + raw.length).put(head).put(raw).array();
  }

  private static byte[] raw(List<float[]> digits, String type) {
    ByteBuffer raw = ByteBuffer.allocate(digits.size() * PIXELS * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] digit : digits) {
      for (float pixel : digit) {
        switch (type) {
          case "FP16" -> raw.putShort(Float16.bits(pixel));
          case "BF16" -> raw.putShort((short) (Float.floatToRawIntBits(pixel) >>> Short.SIZE));
          case "FP32" -> raw.putFloat(pixel);
          case "FP64" -> raw.putDouble(pixel);
          case "INT8", "UINT8" -> raw.put((byte) (pixel * INK));
          case "INT16", "UINT16" -> raw.putShort((short) (pixel * INK));
          case "INT32", "UINT32" -> raw.putInt((int) (pixel * INK));
          default -> raw.putLong((long) (pixel * INK));
        }
      }
    }
    byte[] bytes = new byte[raw.flip().remaining()];
    raw.get(bytes);
    return bytes;
  }

  private static ModelInferRequest protobuf(List<float[]> digits, String type) {
    return ModelInferRequest.newBuilder()
        .setModelName("digits")
        .addInputs(
            InferInputTensor.newBuilder()
                .setName("image")
                .setDatatype(type)
                .addShape(digits.size())
                .addShape(PIXELS))
        .addRawInputContents(ByteString.copyFrom(raw(digits, type)))
        .build();
  }

  private static ModelInferRequest typed(List<float[]> digits, boolean whole) {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    for (float[] digit : digits) {
      for (float pixel : digit) {
        if (whole) {
          contents.addUintContents((int) (pixel * INK));
        } else {
          contents.addFp32Contents(pixel);
        }
      }
    }
    return ModelInferRequest.newBuilder()
        .setModelName("digits")
        .addInputs(
            InferInputTensor.newBuilder()
                .setName("image")
                .setDatatype(whole ? "UINT32" : "FP32")
                .addShape(digits.size())
                .addShape(PIXELS)
                .setContents(contents))
        .build();
  }

  private static byte[] prefixed(byte[] message, int types) {
    return ByteBuffer.allocate(5 + types + message.length)
        .put((byte) 0)
        .putInt(7)
        .put(new byte[types])
        .put(message)
        .array();
  }

  private static ArrayNode vectors(List<float[]> digits) {
    ArrayNode vectors = JSON.createArrayNode();
    for (float[] digit : digits) {
      ArrayNode vector = vectors.addArray();
      for (float pixel : digit) {
        vector.add(pixel);
      }
    }
    return vectors;
  }

  private static ArrayNode images(List<float[]> digits) {
    ArrayNode images = JSON.createArrayNode();
    for (float[] digit : digits) {
      ArrayNode image = images.addArray();
      for (int y = 0; y < 8; y++) {
        ArrayNode line = image.addArray();
        for (int x = 0; x < 8; x++) {
          line.add(digit[8 * y + x]);
        }
      }
    }
    return images;
  }

  private static List<String> columns() {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < PIXELS; i++) {
      columns.add("p" + i);
    }
    return columns;
  }

  private static ObjectNode split(List<float[]> digits) {
    ObjectNode request = JSON.createObjectNode();
    ObjectNode frame = request.putObject("dataframe_split");
    columns().forEach(frame.putArray("columns")::add);
    frame.set("data", vectors(digits));
    return request;
  }

  private static ArrayNode records(List<float[]> digits) {
    ArrayNode records = JSON.createArrayNode();
    for (float[] digit : digits) {
      ObjectNode record = records.addObject();
      for (int i = 0; i < PIXELS; i++) {
        record.put("p" + i, digit[i]);
      }
    }
    return records;
  }

  private static byte[] avro(float[] digit) {
    GenericRecord record = new GenericData.Record(ARRAY);
    List<Float> pixels = new ArrayList<>();
    for (float pixel : digit) {
      pixels.add(pixel);
    }
    record.put("id", "d-1");
    record.put("image", pixels);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
      new GenericDatumWriter<GenericRecord>(ARRAY).write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return prefixed(bytes.toByteArray(), 0);
  }

  private static byte[] npy(List<float[]> digits) {
    String dictionary =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }"
            .formatted(digits.size(), PIXELS);
    int length = (10 + dictionary.length()) / 64 * 64 + 64 - 10;
    byte[] raw = raw(digits, "FP32");
    return ByteBuffer.allocate(10 + length + raw.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
        .putShort((short) length)
        .put(
            (dictionary + " ".repeat(length - dictionary.length() - 1) + "\n")
                .getBytes(StandardCharsets.ISO_8859_1))
        .put(raw)
        .array();
  }

  private static byte[] npz(List<float[]> digits) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("image.npy"));
      zip.write(npy(digits));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static CloudEvent event(byte[] data, String type) {
    return CloudEventBuilder.v1()
        .withId("d-1")
        .withSource(URI.create("http://predictor/"))
        .withType("org.kubeflow.serving.inference.request")
        .withExtension("inferenceservicename", "digits")
        .withData(type, data)
        .build();
  }

  private static Payload binaryEvent(byte[] data, String type) {
    return payload(KafkaMessageFactory.createWriter("t").writeBinary(event(data, type)));
  }

  private static Payload structuredEvent(byte[] data, String type) {
    return payload(
        KafkaMessageFactory.createWriter("t").writeStructured(event(data, type), new JsonFormat()));
  }

  private static Payload payload(ProducerRecord<?, byte[]> record) {
    Map<String, byte[]> headers = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), header.value());
    }
    return new Payload(record.value(), headers::get);
  }
}
