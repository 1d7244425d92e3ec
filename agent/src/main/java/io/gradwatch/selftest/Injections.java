package io.gradwatch.selftest;

import io.gradwatch.importance.Task;
import io.gradwatch.sample.DataType;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The shifts that any samples can be given, as far as they apply to these.
 *
 * <p>Scaled, shifted and noised change inputs of FP32 and FP64 and leave numbers that stand for
 * something, such as token ids, as they are; permuted reorders the elements of every input; the
 * class prior needs {@linkplain SampleClass classes}. What the deployed model answered does not
 * belong to a shifted input and is dropped.
 *
 * @param applicable those that change these samples
 * @param leftOut why others are not among them, in a sentence each
 */
public record Injections(List<Injection> applicable, List<String> leftOut) {
  /** Samples that are looked at; the spread of features needs no more. */
  private static final int SEEN = 2_000;

  private static final int FEWEST_CLASSES = 2;

  public Injections {
    applicable = List.copyOf(applicable);
    leftOut = List.copyOf(leftOut);
  }

  /** New values of an element. */
  @FunctionalInterface
  private interface Element {
    double apply(int input, Tensor tensor, int element, double value, SplittableRandom random);
  }

  /**
   * Those for some samples.
   *
   * @param samples at least one; the first {@value #SEEN} say what applies
   * @param output which of the served outputs tells a class
   * @param strength of the shifts of single features, above 0
   */
  public static Injections of(
      List<InferenceSample> samples, Task task, String output, double strength) {
    List<InferenceSample> seen = samples.subList(0, Math.min(SEEN, samples.size()));
    List<Injection> applicable = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    if (seen.stream().flatMap(sample -> sample.inputs().stream()).anyMatch(Injections::isReal)) {
      applicable.addAll(ofReals(FeatureSpread.of(seen), strength));
    } else {
      leftOut.add("shifted, scaled, noised: no input is FP32 or FP64");
    }
    if (seen.stream()
        .flatMap(sample -> sample.inputs().stream())
        .anyMatch(tensor -> tensor.elements() > 1)) {
      applicable.add(
          Injection.of(
              "permuted",
              "features of each input in another order, the same for every sample",
              (sample, random) -> with(sample, (input, tensor) -> permuted(tensor))));
    } else {
      leftOut.add("permuted: no input has more than one feature");
    }
    addPrior(samples, new SampleClass(task, output), applicable, leftOut);
    return new Injections(applicable, leftOut);
  }

  private static List<Injection> ofReals(FeatureSpread spread, double strength) {
    double factor = 1 + strength / 2;
    String deviations =
        strength == 1 ? "1 standard deviation" : "%s standard deviations".formatted(strength);
    return List.of(
        real(
            "shifted",
            "every feature up by " + deviations,
            (input, tensor, element, value, random) ->
                value + strength * spread.at(input, tensor, element)),
        real(
            "scaled",
            "every feature times %s".formatted(factor),
            (input, tensor, element, value, random) -> value * factor),
        real(
            "noised",
            "normal noise of %s on every feature".formatted(deviations),
            (input, tensor, element, value, random) ->
                value + strength * random.nextGaussian() * spread.at(input, tensor, element)));
  }

  private static void addPrior(
      List<InferenceSample> samples,
      SampleClass classes,
      List<Injection> applicable,
      List<String> leftOut) {
    List<Integer> found = classes.all(samples);
    if (found.size() < FEWEST_CLASSES) {
      leftOut.add("class-prior: " + classes.reason(found));
      return;
    }
    List<Integer> kept = found.subList(0, found.size() / 2);
    Integer last = kept.get(kept.size() - 1);
    applicable.add(
        new Injection(
            "class-prior",
            "only %d of the %d classes, %d to %d"
                .formatted(kept.size(), found.size(), kept.get(0), last),
            sample -> {
              Integer its = classes.of(sample);
              return its != null && its <= last;
            },
            (sample, random) -> sample));
  }

  private static Injection real(String name, String description, Element change) {
    return Injection.of(
        name,
        description,
        (sample, random) ->
            with(
                sample,
                (input, tensor) ->
                    isReal(tensor) ? changed(input, tensor, change, random) : tensor));
  }

  private static boolean isReal(Tensor tensor) {
    return tensor.type() == DataType.FP32 || tensor.type() == DataType.FP64;
  }

  /** What becomes of one input. */
  @FunctionalInterface
  private interface InputChange {
    Tensor apply(int input, Tensor tensor);
  }

  private static InferenceSample with(InferenceSample sample, InputChange change) {
    List<Tensor> inputs = new ArrayList<>();
    for (int input = 0; input < sample.inputs().size(); input++) {
      inputs.add(change.apply(input, sample.inputs().get(input)));
    }
    return new InferenceSample(
        sample.id(), inputs, sample.label(), sample.modelVersion(), List.of(), sample.parameters());
  }

  private static Tensor changed(int input, Tensor tensor, Element change, SplittableRandom random) {
    double[] values = tensor.values();
    ByteBuffer data = buffer(tensor);
    for (int element = 0; element < values.length; element++) {
      double value = change.apply(input, tensor, element, values[element], random);
      if (tensor.type() == DataType.FP32) {
        data.putFloat((float) value);
      } else {
        data.putDouble(value);
      }
    }
    return new Tensor(tensor.name(), tensor.type(), tensor.shape(), data.flip());
  }

  private static Tensor permuted(Tensor tensor) {
    int[] order = order(Math.toIntExact(tensor.elements()));
    int bytes = tensor.type().bytes();
    ByteBuffer from = tensor.data();
    ByteBuffer data = buffer(tensor);
    byte[] element = new byte[bytes];
    for (int place : order) {
      from.get(from.position() + place * bytes, element);
      data.put(element);
    }
    return new Tensor(tensor.name(), tensor.type(), tensor.shape(), data.flip());
  }

  /** One order for each number of elements. */
  private static int[] order(int elements) {
    int[] order = new int[elements];
    SplittableRandom random = new SplittableRandom(elements);
    for (int i = 0; i < elements; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }

  private static ByteBuffer buffer(Tensor tensor) {
    return ByteBuffer.allocate(Math.toIntExact(tensor.elements() * tensor.type().bytes()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
