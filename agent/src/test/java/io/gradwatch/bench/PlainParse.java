package io.gradwatch.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradwatch.inference.proto.InferTensorContents;
import io.gradwatch.inference.proto.ModelInferRequest;
import io.gradwatch.sample.Float16;
import io.gradwatch.sample.payload.DigitPayloads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;

/**
 * What the library of a format makes of the digits in it.
 *
 * @param name of the variant in {@link DigitPayloads}
 * @param arrays owns what DJL makes
 */
record PlainParse(String name, NDManager arrays) {
  /** Of npy: its bytes as an array. */
  static final PlainParse COPY = new PlainParse("copy", NDManager.newBaseManager());

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final GenericDatumReader<GenericRecord> AVRO =
      new GenericDatumReader<>(DigitPayloads.ARRAY);

  /** The library's own result: a tree, a message, a record, an array of libtorch. */
  Object parse(byte[] value) throws IOException {
    if (name.startsWith("protobuf")) {
      return ModelInferRequest.parseFrom(value);
    }
    if (name.startsWith("seldon")) {
      return ModelInferRequest.parseFrom(ByteBuffer.wrap(value, 6, value.length - 6));
    }
    if (name.equals("avro")) {
      return AVRO.read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
    }
    if (name.startsWith("np")) {
      try (NDList list = NDList.decode(arrays, value)) {
        return list.size();
      }
    }
    if (name.equals("copy")) {
      return floats(ByteBuffer.wrap(value, 128, value.length - 128).slice(), "FP32");
    }
    return JSON.readTree(value);
  }

  /** The same, and its numbers as floats. */
  float[] numbers(byte[] value) throws IOException {
    if (name.equals("copy")) {
      return floats(ByteBuffer.wrap(value, 128, value.length - 128).slice(), "FP32");
    }
    if (name.startsWith("np")) {
      try (NDList list = NDList.decode(arrays, value)) {
        NDArray array = list.get(0);
        return array.toFloatArray();
      }
    }
    if (name.contains("base64")) {
      byte[] inner = JSON.readTree(value).path("data_base64").binaryValue();
      return binary(inner, "FP32");
    }
    if (name.contains("binary, ")) {
      return binary(value, name.substring(name.length() - 4));
    }
    Object parsed = parse(value);
    if (parsed instanceof ModelInferRequest request) {
      return request.getRawInputContentsCount() == 0
          ? floats(request.getInputs(0).getContents())
          : floats(
              request.getRawInputContents(0).asReadOnlyByteBuffer(),
              request.getInputs(0).getDatatype());
    }
    if (parsed instanceof GenericRecord record) {
      List<?> image = (List<?>) record.get("image");
      float[] floats = new float[image.size()];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (Float) image.get(i);
      }
      return floats;
    }
    Floats floats = new Floats();
    floats.add((JsonNode) parsed);
    return Arrays.copyOf(floats.values, floats.size);
  }

  private static float[] binary(byte[] value, String type) throws IOException {
    try (JsonParser parser = JSON.getFactory().createParser(value)) {
      JsonNode head = JSON.readTree(parser);
      int from = (int) parser.currentLocation().getByteOffset();
      int size = head.at("/inputs/0/parameters/binary_data_size").asInt();
      return floats(ByteBuffer.wrap(value, from, size).slice(), type);
    }
  }

  private static float[] floats(InferTensorContents contents) {
    boolean whole = contents.getUintContentsCount() > 0;
    float[] floats =
        new float[whole ? contents.getUintContentsCount() : contents.getFp32ContentsCount()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = whole ? contents.getUintContents(i) : contents.getFp32Contents(i);
    }
    return floats;
  }

  private static float[] floats(ByteBuffer bytes, String type) {
    ByteBuffer raw = bytes.order(ByteOrder.LITTLE_ENDIAN);
    int size = type.contains("8") ? 1 : type.contains("16") ? 2 : type.contains("32") ? 4 : 8;
    float[] floats = new float[raw.remaining() / size];
    if (type.equals("FP32")) {
      raw.asFloatBuffer().get(floats);
      return floats;
    }
    switch (type) {
      case "FP16" -> fill(floats, i -> (float) Float16.value(raw.getShort(2 * i)));
      case "BF16" -> fill(floats, i -> Float.intBitsToFloat(raw.getShort(2 * i) << 16));
      case "FP64" -> fill(floats, i -> (float) raw.getDouble(8 * i));
      case "INT8", "UINT8" -> fill(floats, i -> raw.get(i));
      case "INT16", "UINT16" -> fill(floats, i -> raw.getShort(2 * i));
      case "INT32", "UINT32" -> fill(floats, i -> raw.getInt(4 * i));
      default -> fill(floats, i -> (float) raw.getLong(8 * i));
    }
    return floats;
  }

  private interface Element {
    float at(int place);
  }

  private static void fill(float[] floats, Element element) {
    for (int i = 0; i < floats.length; i++) {
      floats[i] = element.at(i);
    }
  }

  /** All numbers of a tree. */
  private static final class Floats {
    private float[] values = new float[64];
    private int size;

    void add(JsonNode node) {
      if (node.isNumber()) {
        values = size == values.length ? Arrays.copyOf(values, 2 * size) : values;
        values[size++] = node.floatValue();
      } else {
        for (JsonNode child : node) {
          add(child);
        }
      }
    }
  }
}
