package io.gradwatch.sample.payload;

import io.gradwatch.sample.DataType;
import io.gradwatch.sample.Json;
import io.gradwatch.sample.MalformedSampleException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the model takes, made of what arrives.
 *
 * @param inputs in the model's order; none for what arrives, as it arrives, where numbers without a
 *     data type become FP32
 */
public record InputMapping(List<ModelInput> inputs) {
  /** What arrives, as it arrives. */
  public static final InputMapping NONE = new InputMapping(List.of());

  public InputMapping {
    inputs = List.copyOf(inputs);
    Set<String> names = new HashSet<>();
    for (ModelInput input : inputs) {
      if (!names.add(input.name())) {
        throw new IllegalArgumentException(
            "inputs has '%s' twice; expected distinct names".formatted(input.name()));
      }
    }
    if (!inputs.isEmpty() && inputs.stream().noneMatch(input -> input.value().isEmpty())) {
      throw new IllegalArgumentException(
          "inputs has nothing but values; expected one at least that comes with the message");
    }
  }

  /**
   * It in the words of the configuration, for fingerprints; null for what arrives, as it arrives.
   */
  public @Nullable String text() {
    return inputs.isEmpty()
        ? null
        : inputs.stream().map(ModelInput::text).collect(Collectors.joining("; "));
  }

  /** The model's inputs, each with all rows of the message. */
  List<BatchTensor> apply(InferenceMessage message) throws MalformedSampleException {
    List<BatchTensor> tensors = inputs.isEmpty() ? asItIs(message) : mapped(message);
    BatchTensor first = tensors.get(0);
    for (BatchTensor tensor : tensors) {
      if (tensor.rows() != first.rows()) {
        throw new MalformedSampleException(
            "%s: batch of %d, but %s has one of %d; expected equal batches"
                .formatted(
                    Json.brief(tensor.name()),
                    tensor.rows(),
                    Json.brief(first.name()),
                    first.rows()));
      }
    }
    return tensors;
  }

  private static List<BatchTensor> asItIs(InferenceMessage message)
      throws MalformedSampleException {
    if (!message.ordered()) {
      throw new MalformedSampleException(
          "%s: fields of a JSON object have no order; expected inputs in the configuration, with from in the model's order"
              .formatted(brief(message.names())));
    }
    List<BatchTensor> tensors = new ArrayList<>();
    if (message.table() != null) {
      tensors.add(typed(message.table().together()));
    }
    for (PayloadTensor input : message.inputs()) {
      tensors.add(typed(input.elements()));
    }
    return tensors;
  }

  private static BatchTensor typed(BatchTensor tensor) throws MalformedSampleException {
    return tensor.declared() ? tensor : Casting.to(tensor, DataType.FP32, List.of(), List.of());
  }

  private List<BatchTensor> mapped(InferenceMessage message) throws MalformedSampleException {
    List<BatchTensor> tensors = new ArrayList<>(inputs.size());
    int rows = 0;
    for (ModelInput input : inputs) {
      if (input.value().isEmpty()) {
        BatchTensor tensor = fromMessage(input, message);
        tensors.add(tensor);
        rows = tensor.rows();
      }
    }
    for (int place = 0; place < inputs.size(); place++) {
      if (!inputs.get(place).value().isEmpty()) {
        tensors.add(place, constant(inputs.get(place), rows));
      }
    }
    return tensors;
  }

  private static BatchTensor fromMessage(ModelInput input, InferenceMessage message)
      throws MalformedSampleException {
    BatchTensor tensor =
        input.from().isEmpty() ? only(input.name(), message) : joined(input.from(), message);
    if (!input.select().isEmpty()) {
      tensor = Casting.selected(tensor, input.select());
    }
    DataType type = input.datatype();
    if (type == null) {
      boolean normalised = !input.mean().isEmpty() || !input.scale().isEmpty();
      boolean keeps = tensor.declared() && (!normalised || tensor.type().isFloatingPoint());
      type = keeps ? tensor.type() : DataType.FP32;
    }
    tensor = Casting.to(tensor.named(input.name()), type, input.mean(), input.scale());
    return Casting.reshaped(tensor, input);
  }

  private static BatchTensor joined(List<String> names, InferenceMessage message)
      throws MalformedSampleException {
    Table table = message.table();
    if (table != null && names.size() > 1 && table.isReadable(names)) {
      return table.together(names);
    }
    List<BatchTensor> parts = new ArrayList<>(names.size());
    for (String name : names) {
      PayloadTensor part = message.find(name);
      if (part == null) {
        throw missing(name, message);
      }
      parts.add(part.elements());
    }
    return parts.size() == 1 ? parts.get(0) : Casting.joined(parts);
  }

  private static BatchTensor only(String name, InferenceMessage message)
      throws MalformedSampleException {
    PayloadTensor named = message.find(name);
    if (named != null) {
      return named.elements();
    }
    if (message.table() != null && message.ordered() && message.inputs().isEmpty()) {
      return message.table().together();
    }
    if (message.table() == null && message.inputs().size() == 1) {
      return message.inputs().get(0).elements();
    }
    throw missing(name, message);
  }

  private static MalformedSampleException missing(String name, InferenceMessage message) {
    return new MalformedSampleException(
        "no '%s' among %s; expected what inputs[].from names"
            .formatted(name, brief(message.names())));
  }

  private static String brief(List<String> names) {
    String all = String.join(", ", names.subList(0, Math.min(names.size(), 12)));
    return Json.brief(all) + (names.size() > 12 ? ", ..." : "");
  }

  private static BatchTensor constant(ModelInput input, int rows) throws MalformedSampleException {
    DataType type = input.datatype() == null ? DataType.FP32 : input.datatype();
    ByteBuffer data = Elements.room(Math.multiplyExact(rows, input.value().size()), type);
    for (int row = 0; row < rows; row++) {
      for (double value : input.value()) {
        String expected = Elements.unfit(type, value);
        if (expected != null) {
          throw new MalformedSampleException(
              "value %s of %s; expected %s".formatted(value, input.name(), expected));
        }
        Elements.putAll(data, type, new double[] {value}, 1);
      }
    }
    List<Long> shape = new ArrayList<>(List.of((long) rows));
    if (input.shape() != null) {
      input
          .shape()
          .subList(input.isBatched() ? 1 : 0, input.shape().size())
          .forEach(e -> shape.add((long) e));
    } else if (input.value().size() > 1) {
      shape.add((long) input.value().size());
    }
    return new BatchTensor(input.name(), type, true, shape, data.flip());
  }
}
