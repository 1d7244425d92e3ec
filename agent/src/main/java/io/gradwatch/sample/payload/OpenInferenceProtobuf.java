package io.gradwatch.sample.payload;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.gradwatch.sample.Json;
import io.gradwatch.sample.LabelJson;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.payload.wire.InferParameter;
import io.gradwatch.sample.payload.wire.InferTensor;
import io.gradwatch.sample.payload.wire.ModelInferRequest;
import io.gradwatch.sample.payload.wire.ModelInferResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The protobuf messages of the Open Inference Protocol, version 2, with typed or raw contents: what
 * KServe's and Triton's gRPC carry and Seldon Core 2 writes into Kafka.
 *
 * <p>Nothing in the bytes tells a request from a response with typed contents: it is a request
 * unless its raw contents are a response's, or the record's headers say so.
 */
final class OpenInferenceProtobuf {
  private OpenInferenceProtobuf() {}

  /** Reads a request, or a response whose contents are raw. */
  static InferenceMessage read(ByteBuffer bytes) throws MalformedSampleException {
    try {
      ModelInferRequest request = ModelInferRequest.parseFrom(input(bytes));
      if (request.getInputsCount() == 0) {
        if (request.getModelName().isEmpty()) {
          throw new MalformedSampleException(
              "no known format: neither JSON, NumPy nor an Open Inference message; expected a request");
        }
        throw new MalformedSampleException("inputs: none; expected at least one tensor");
      }
      if (request.getRawInputContentsCount() == 0 && isEmpty(request.getInputsList())) {
        return response(bytes);
      }
      return new InferenceMessage(
          emptyAsNull(request.getId()),
          emptyAsNull(request.getModelVersion()),
          label(request.getParametersMap()),
          texts(request.getParametersMap()),
          inputs(request),
          null,
          true,
          List.of());
    } catch (IOException e) {
      throw new MalformedSampleException(
          "no known format: neither JSON, NumPy nor protobuf (%s); expected an inference request"
              .formatted(Json.brief(String.valueOf(e.getMessage()))),
          e);
    }
  }

  /** Reads a response. */
  static InferenceMessage response(ByteBuffer bytes) throws MalformedSampleException {
    try {
      ModelInferResponse response = ModelInferResponse.parseFrom(input(bytes));
      List<PayloadTensor> outputs = new ArrayList<>();
      List<ByteString> raw = response.getRawOutputContentsList();
      requireContents("outputs", response.getOutputsList(), raw);
      for (int i = 0; i < response.getOutputsCount(); i++) {
        InferTensor output = response.getOutputs(i);
        outputs.add(tensor(output, raw.isEmpty() ? null : raw.get(i), "outputs[" + i + "]"));
      }
      return InferenceMessage.response(outputs)
          .with(emptyAsNull(response.getId()), null, texts(response.getParametersMap()));
    } catch (IOException e) {
      throw new MalformedSampleException(
          "not protobuf: %s; expected an inference response"
              .formatted(Json.brief(String.valueOf(e.getMessage()))),
          e);
    }
  }

  /** Contents are views of the payload, which nobody changes. */
  private static CodedInputStream input(ByteBuffer bytes) {
    CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
    input.enableAliasing(true);
    return input;
  }

  private static boolean isEmpty(List<InferTensor> tensors) {
    for (InferTensor tensor : tensors) {
      if (tensor.getContentsCount() > 0) {
        return false;
      }
    }
    return true;
  }

  private static List<PayloadTensor> inputs(ModelInferRequest request)
      throws MalformedSampleException {
    List<ByteString> raw = request.getRawInputContentsList();
    requireContents("inputs", request.getInputsList(), raw);
    List<PayloadTensor> tensors = new ArrayList<>(request.getInputsCount());
    Set<String> names = new HashSet<>();
    for (int i = 0; i < request.getInputsCount(); i++) {
      String path = "inputs[" + i + "]";
      InferTensor input = request.getInputs(i);
      if (!names.add(input.getName())) {
        throw new MalformedSampleException(
            "%s.name: '%s' is already the name of another input; expected distinct names"
                .formatted(path, Json.brief(input.getName())));
      }
      tensors.add(tensor(input, raw.isEmpty() ? null : raw.get(i), path));
    }
    return tensors;
  }

  private static void requireContents(String what, List<InferTensor> tensors, List<ByteString> raw)
      throws MalformedSampleException {
    if (raw.isEmpty()) {
      return;
    }
    if (raw.size() != tensors.size()) {
      throw new MalformedSampleException(
          "%d raw contents for %d %s; expected one for each"
              .formatted(raw.size(), tensors.size(), what));
    }
    if (!isEmpty(tensors)) {
      throw new MalformedSampleException(
          what + ": raw and typed contents in one message; expected one kind");
    }
  }

  private static PayloadTensor tensor(InferTensor tensor, @Nullable ByteString raw, String path)
      throws MalformedSampleException {
    WireType type = WireType.of(tensor.getDatatype());
    if (type == null) {
      return new UnreadableTensor(
          tensor.getName(),
          "%s.datatype: '%s'; expected one of %s"
              .formatted(path, Json.brief(tensor.getDatatype()), List.of(WireType.values())));
    }
    if (raw != null) {
      return type.raw(tensor.getName(), tensor.getShapeList(), raw.asReadOnlyByteBuffer(), path);
    }
    return TypedContents.read(tensor, type, path);
  }

  private static @Nullable List<Double> label(Map<String, InferParameter> parameters)
      throws MalformedSampleException {
    InferParameter label = parameters.isEmpty() ? null : parameters.get("label");
    return label == null ? null : LabelJson.ofText(text(label), "parameters.label");
  }

  private static Map<String, String> texts(Map<String, InferParameter> parameters) {
    if (parameters.isEmpty()) {
      return Map.of();
    }
    Map<String, String> texts = new HashMap<>();
    parameters.forEach((name, value) -> texts.put(name, text(value)));
    return texts;
  }

  private static String text(InferParameter parameter) {
    return switch (parameter.getParameterChoiceCase()) {
      case BOOL_PARAM -> String.valueOf(parameter.getBoolParam());
      case INT64_PARAM -> String.valueOf(parameter.getInt64Param());
      case STRING_PARAM -> parameter.getStringParam();
      case DOUBLE_PARAM -> String.valueOf(parameter.getDoubleParam());
      case UINT64_PARAM -> Long.toUnsignedString(parameter.getUint64Param());
      case PARAMETERCHOICE_NOT_SET -> "";
    };
  }

  private static @Nullable String emptyAsNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
