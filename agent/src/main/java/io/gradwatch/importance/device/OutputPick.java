package io.gradwatch.importance.device;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.ModelVersion;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Which of a model's outputs is watched.
 *
 * @param name its place among the outputs, counted from 0, tuples and lists flattened; or its key
 *     where the model gives a dict
 */
public record OutputPick(String name) {
  /** The only output, or the first one. */
  public static final OutputPick FIRST = new OutputPick("0");

  public OutputPick {
    if (name.isBlank()) {
      throw new IllegalArgumentException("output is empty, must be a number from 0 or a key");
    }
  }

  /**
   * The picked output.
   *
   * @throws ModelFailureException if there is none, or it has no gradient because of its type
   */
  PtNDArray of(NDList outputs, ModelVersion version) {
    PtNDArray picked = (PtNDArray) find(outputs, version);
    if (!picked.getDataType().isFloating()) {
      throw failure(
          "output %s of %s is %s, which has no gradient; return the logits, not class numbers"
              .formatted(name, version, picked.getDataType()));
    }
    return picked;
  }

  private NDArray find(NDList outputs, ModelVersion version) {
    for (NDArray output : outputs) {
      if (name.equals(output.getName())) {
        return output;
      }
    }
    boolean number = name.chars().allMatch(Character::isDigit) && name.length() < 9;
    if (number && Integer.parseInt(name) < outputs.size()) {
      return outputs.get(Integer.parseInt(name));
    }
    String keys =
        outputs.stream()
            .map(NDArray::getName)
            .filter(Objects::nonNull)
            .collect(Collectors.joining(", "));
    throw failure(
        "%s gives %d outputs; output %s is asked for, must be 0 to %d%s"
            .formatted(
                version,
                outputs.size(),
                name,
                outputs.size() - 1,
                keys.isEmpty() ? "" : " or one of " + keys));
  }

  private static ModelFailureException failure(String message) {
    return new ModelFailureException(Reason.OUTPUT, message);
  }
}
