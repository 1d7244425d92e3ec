package io.gradwatch.sample.payload;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradwatch.sample.Json;
import io.gradwatch.sample.MalformedSampleException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON messages of the Open Inference Protocol, version 2: a request, a response, or a request
 * joined with its response; with the data in the JSON or, by the binary extension, behind it.
 *
 * <p>{@code data} is row-major, either flat or nested exactly as {@code shape} says. Tensors whose
 * parameters have a {@code binary_data_size} lie behind the JSON in the order of their entries,
 * little-endian. The message may carry an {@code id}, its {@code model_version} (also under {@code
 * parameters}), and, if it has one row, the true answer as {@code parameters.label}. Other fields
 * are ignored.
 *
 * <p>An entry of {@code outputs} that has data is an answer of the deployed model; one without is
 * only the request's wish for an output and is ignored.
 *
 * @see <a href="https://github.com/kserve/open-inference-protocol">Open Inference Protocol</a>
 */
final class OpenInferenceJson {
  private OpenInferenceJson() {}

  /** Whether an object is a message of the protocol: it has tensors with shapes. */
  static boolean detects(JsonNode root) {
    return tensors(root.path("inputs"))
        || (tensors(root.path("outputs")) && Json.isAbsent(root.path("inputs")));
  }

  private static boolean tensors(JsonNode list) {
    JsonNode first = list.path(0);
    return list.isArray() && first.isObject() && (first.has("datatype") || first.has("shape"));
  }

  /**
   * Reads a message.
   *
   * @param binary what follows the JSON; empty if nothing does
   * @param maxElements elements that the payload can hold at most
   */
  static InferenceMessage read(JsonNode root, ByteBuffer binary, int maxElements)
      throws MalformedSampleException {
    if (!root.isObject()) {
      throw Json.mismatch("$", root, "a JSON object");
    }
    JsonNode parameters = root.path("parameters");
    if (!Json.isAbsent(parameters) && !parameters.isObject()) {
      throw Json.mismatch("$.parameters", parameters, "an object");
    }
    Tensors tensors = new Tensors(binary.duplicate(), maxElements);
    List<PayloadTensor> inputs = List.of();
    if (!isResponse(root)) {
      inputs = tensors.inputs(root.path("inputs"));
    }
    List<PayloadTensor> outputs = tensors.outputs(root.path("outputs"));
    if (tensors.binary.hasRemaining()) {
      throw new MalformedSampleException(
          "%d bytes behind the JSON and its binary tensors; expected as many as the sum of binary_data_size"
              .formatted(tensors.binary.remaining()));
    }
    return new InferenceMessage(
        JsonFields.text(root.path("id"), "$.id"),
        modelVersion(root),
        JsonFields.label(parameters.path("label"), "$.parameters.label"),
        JsonFields.parameters(parameters),
        inputs,
        null,
        true,
        outputs);
  }

  private static boolean isResponse(JsonNode root) {
    return Json.isAbsent(root.path("inputs")) && (root.has("outputs") || root.has("error"));
  }

  private static @Nullable String modelVersion(JsonNode root) throws MalformedSampleException {
    String version = JsonFields.text(root.path("model_version"), "$.model_version");
    return version != null
        ? version
        : JsonFields.text(
            root.path("parameters").path("model_version"), "$.parameters.model_version");
  }

  /**
   * Reads tensors in the order in which they are sent.
   *
   * @param binary its position is where the next binary tensor begins
   */
  private record Tensors(ByteBuffer binary, int maxElements) {
    List<PayloadTensor> inputs(JsonNode inputs) throws MalformedSampleException {
      if (!inputs.isArray() || inputs.isEmpty()) {
        throw Json.mismatch("$.inputs", inputs, "an array of at least one tensor");
      }
      List<PayloadTensor> tensors = new ArrayList<>(inputs.size());
      Set<String> names = new HashSet<>();
      for (int i = 0; i < inputs.size(); i++) {
        String path = "$.inputs[" + i + "]";
        PayloadTensor tensor = tensor(inputs.get(i), path);
        if (!names.add(tensor.name())) {
          throw new MalformedSampleException(
              "%s.name: '%s' is already the name of another input; expected distinct names"
                  .formatted(path, Json.brief(tensor.name())));
        }
        tensors.add(tensor);
      }
      return tensors;
    }

    /** What an answer is made of is not this program's to judge: one that is unreadable stays. */
    List<PayloadTensor> outputs(JsonNode outputs) throws MalformedSampleException {
      List<PayloadTensor> tensors = new ArrayList<>();
      for (int i = 0; i < outputs.size(); i++) {
        JsonNode output = outputs.path(i);
        String path = "$.outputs[" + i + "]";
        if (output.path("parameters").has("binary_data_size") && binary.hasRemaining()) {
          tensors.add(tensor(output, path));
        } else if (!Json.isAbsent(output.path("data"))) {
          try {
            tensors.add(tensor(output, path).elements());
          } catch (MalformedSampleException e) {
            String reason = String.valueOf(e.getMessage());
            tensors.add(new UnreadableTensor(output.path("name").asText(), reason));
          }
        }
      }
      return tensors;
    }

    private PayloadTensor tensor(JsonNode node, String path) throws MalformedSampleException {
      if (!node.isObject()) {
        throw Json.mismatch(path, node, "a tensor object");
      }
      JsonNode name = node.path("name");
      if (!name.isTextual() || name.asText().isEmpty()) {
        throw Json.mismatch(path + ".name", name, "the input's name");
      }
      JsonNode size = node.path("parameters").path("binary_data_size");
      ByteBuffer raw = size.isMissingNode() ? null : next(size, path);
      JsonNode datatype = node.path("datatype");
      if (!datatype.isTextual()) {
        throw Json.mismatch(path + ".datatype", datatype, "the name of a data type");
      }
      WireType type = WireType.of(datatype.asText());
      if (type == null || (type == WireType.BF16 && raw == null)) {
        return new UnreadableTensor(name.asText(), noType(datatype, path + ".datatype"));
      }
      List<Long> shape = JsonTensor.shape(node.path("shape"), path + ".shape");
      if (raw != null) {
        return type.raw(name.asText(), shape, raw, path);
      }
      int elements = BatchTensor.requireShape(shape, path + ".shape", maxElements);
      JsonNode data = node.path("data");
      return JsonTensor.read(name.asText(), type, shape, elements, data, path + ".data");
    }

    private ByteBuffer next(JsonNode size, String path) throws MalformedSampleException {
      if (!size.isIntegralNumber() || !size.canConvertToInt() || size.intValue() < 0) {
        throw Json.mismatch(
            path + ".parameters.binary_data_size", size, "a whole number of bytes, at least 0");
      }
      if (size.intValue() > binary.remaining()) {
        throw new MalformedSampleException(
            "%s.parameters.binary_data_size: %d; but %d bytes are left behind the JSON"
                .formatted(path, size.intValue(), binary.remaining()));
      }
      ByteBuffer raw = binary.slice(binary.position(), size.intValue());
      binary.position(binary.position() + size.intValue());
      return raw;
    }

    private static String noType(JsonNode datatype, String path) {
      String reason =
          switch (datatype.asText()) {
            case "BF16" -> "BF16 has no JSON form; send FP32";
            case "BYTES" -> "BYTES is no tensor of numbers; send what the model takes";
            default -> Json.describe(datatype) + " is no data type";
          };
      return "%s: %s; expected one of %s".formatted(path, reason, List.of(WireType.values()));
    }
  }
}
