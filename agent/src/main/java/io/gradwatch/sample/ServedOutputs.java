package io.gradwatch.sample;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The {@code outputs} of a response that was joined with its request. */
final class ServedOutputs {
  private ServedOutputs() {}

  /**
   * Reads the outputs that have data.
   *
   * @param rows samples in the request
   * @param maxElements elements that the payload can hold at most
   * @return by output, in the order of the payload, one tensor a row; without elements where the
   *     output is no tensor of numbers, does not fit its own shape, or has another batch
   */
  static List<List<Tensor>> read(JsonNode outputs, int rows, int maxElements) {
    List<List<Tensor>> served = new ArrayList<>();
    for (JsonNode output : outputs) {
      if (!Json.isAbsent(output.path("data"))) {
        served.add(rows(output, rows, maxElements));
      }
    }
    return served;
  }

  private static List<Tensor> rows(JsonNode output, int rows, int maxElements) {
    try {
      List<Tensor> tensors = JsonTensor.read(output, "$.outputs", maxElements).rows();
      if (tensors.size() == rows) {
        return tensors;
      }
    } catch (MalformedSampleException e) {
      // What an answer is made of is not this program's to judge: texts and the like are usual.
    }
    return Collections.nCopies(rows, unread(output.path("name").asText()));
  }

  private static Tensor unread(String name) {
    return new Tensor(name, DataType.FP32, List.of(0L), ByteBuffer.allocate(0));
  }
}
