package io.gradwatch.importance.device;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.gradwatch.importance.Batching;
import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.importance.Parameter;
import io.gradwatch.importance.layout.ModelFile;
import io.gradwatch.importance.layout.ModelLocation;
import io.gradwatch.sample.InferenceSample;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript file, loaded so that it takes gradients.
 *
 * <p>Whatever mode it was saved in, it runs in evaluation mode. Parameters are those that the file
 * marks as requiring a gradient; the others are constants, like buffers.
 *
 * <p>Not thread-safe, and bound to the thread that loaded it: libtorch keeps the settings of
 * autograd and of its executor a thread.
 */
public final class TorchScript implements DifferentiableModel {
  private static final String[] NO_FILES = {};

  private final ModelFile file;
  private final String device;
  private final OutputPick output;
  private final PtNDManager manager;
  private final PtSymbolBlock block;
  private final List<Weight> weights;
  private final List<Parameter> parameters;
  private final Gradients gradients;
  private boolean batched = true;
  private @Nullable Batching batching;

  /**
   * A parameter tensor twice: as autograd knows it, and its values as a table [units, elements of a
   * unit] of FLOAT32, which autograd does not follow.
   */
  record Weight(Parameter parameter, PtNDArray tracked, PtNDArray values) {}

  private TorchScript(
      ModelFile file, String device, OutputPick output, PtNDManager manager, PtSymbolBlock block) {
    this.file = file;
    this.device = device;
    this.output = output;
    this.manager = manager;
    this.block = block;
    this.weights = weights(block, manager);
    requireParameters();
    this.parameters = weights.stream().map(Weight::parameter).toList();
    this.gradients =
        new Gradients(
            manager,
            weights.stream().map(Weight::tracked).toList(),
            weights.stream().map(Weight::values).toList());
  }

  /**
   * Loads a file whose first output is watched.
   *
   * @throws ModelFailureException as {@link #load(Path, DeviceSettings, OutputPick)} does
   */
  public static TorchScript load(Path path, DeviceSettings settings) {
    return load(path, settings, OutputPick.FIRST);
  }

  /**
   * Loads a file that somebody names by hand.
   *
   * @throws ModelFailureException as {@link #load(ModelLocation, DeviceSettings, OutputPick)} does
   */
  public static TorchScript load(Path path, DeviceSettings settings, OutputPick output) {
    return load(ModelLocation.of(path), settings, output);
  }

  /**
   * Loads a file onto a device. Never downloads anything.
   *
   * @param location of a file that torch.jit.save wrote, on any device
   * @param output which of the model's outputs is watched where it gives several
   * @throws ModelFailureException if the file is missing, no TorchScript or not the one that is
   *     expected, changes meanwhile, has nothing to differentiate, or the device is not there
   */
  public static TorchScript load(
      ModelLocation location, DeviceSettings settings, OutputPick output) {
    try (ModelFile file = ModelFile.open(location)) {
      PtNDManager manager = Libtorch.manager(settings);
      try {
        PtSymbolBlock block =
            JniUtils.loadModule(manager, file.path(), true, NO_FILES, NO_FILES, true);
        file.requireUnchanged();
        JniUtils.enableInferenceMode(block);
        return new TorchScript(file, settings.device(), output, manager, block);
      } catch (ModelFailureException e) {
        manager.close();
        throw e;
      } catch (RuntimeException e) {
        manager.close();
        throw TorchError.translate(e, Reason.LOAD, "model file " + file.shown() + " does not load");
      }
    }
  }

  @Override
  public ModelVersion version() {
    return file.version();
  }

  @Override
  public String device() {
    return device;
  }

  @Override
  public String output() {
    return output.name();
  }

  @Override
  public List<Parameter> parameters() {
    return parameters;
  }

  @Override
  public Batching batching(List<InferenceSample> samples) {
    if (batching != null) {
      return batching;
    }
    List<InferenceSample> pair = BatchingTrial.pair(samples);
    Batching found = BatchingTrial.of(pair, (some, batched) -> forward(some, batched, false));
    batched = found != Batching.NONE;
    if (pair.size() > 1) {
      batching = found;
    }
    return found;
  }

  @Override
  public ForwardPass forward(List<InferenceSample> samples) {
    return forward(samples, batched, false);
  }

  @Override
  public ForwardPass forwardFromInputs(List<InferenceSample> samples) {
    return forward(samples, batched, true);
  }

  private ForwardPass forward(
      List<InferenceSample> samples, boolean batched, boolean followInputs) {
    if (!batched && samples.size() > 1) {
      throw new IllegalArgumentException("%s takes one sample a pass".formatted(version()));
    }
    PtNDManager scope = (PtNDManager) manager.newSubManager();
    try {
      NDList inputs = InputBatch.stack(samples, batched, scope);
      if (followInputs) {
        inputs.stream()
            .filter(input -> input.getDataType().isFloating())
            .forEach(input -> input.setRequiresGradient(true));
      }
      // DJL's threads start without autograd.
      JniUtils.setGradMode(true);
      NDList outputs = IValueUtils.forward(block, inputs, true);
      return new TorchPass(
          scope,
          output.of(outputs, version()),
          inputs.stream().map(PtNDArray.class::cast).toList(),
          samples.size(),
          batched,
          parameters,
          gradients);
    } catch (ModelFailureException e) {
      scope.close();
      throw e;
    } catch (RuntimeException e) {
      scope.close();
      String inputs = InputBatch.describe(samples.get(0));
      throw TorchError.translate(
          e, Reason.INPUTS, "%s refuses samples with inputs %s".formatted(version(), inputs));
    }
  }

  @Override
  public float[] weights(int parameter) {
    return weights.get(parameter).values().toFloatArray();
  }

  @Override
  public Replacement replace(Map<Integer, float[]> values) {
    PtNDManager scope = (PtNDManager) manager.newSubManager();
    // Not by the arrays: those are equal by content, and several replaced ones may hold the same.
    Map<Integer, PtNDArray> originals = new HashMap<>();
    Replacement replacement =
        () -> {
          originals.forEach(
              (index, before) -> gradients.assign(weights.get(index).tracked(), before, scope));
          scope.close();
        };
    try {
      values.forEach(
          (index, array) -> {
            PtNDArray replaced = (PtNDArray) scope.create(array);
            originals.put(index, gradients.assign(weights.get(index).tracked(), replaced, scope));
          });
      return replacement;
    } catch (RuntimeException e) {
      replacement.close();
      throw TorchError.translate(e, Reason.DEVICE, "the weights cannot be replaced");
    }
  }

  @Override
  public OptionalLong freeBytes() {
    return DeviceMemory.free(device);
  }

  @Override
  public OptionalInt arrays() {
    return OptionalInt.of(managedArrays());
  }

  @Override
  public void close() {
    gradients.close();
    manager.close();
  }

  /** Arrays that live in the model's scope and in open passes; constant between passes. */
  int managedArrays() {
    return manager.getManagedArrays().size();
  }

  private void requireParameters() {
    if (weights.isEmpty()) {
      throw new ModelFailureException(
          Reason.LOAD,
          ("model file %s has no parameters to differentiate: torch.jit.freeze,"
                  + " optimize_for_inference and quantisation make them constants; save the scripted"
                  + " model in eval mode without these steps, with requires_grad on")
              .formatted(file.shown()));
    }
  }

  private static List<Weight> weights(PtSymbolBlock block, PtNDManager manager) {
    return JniUtils.moduleGetParams(block, manager).stream()
        .map(PtNDArray.class::cast)
        .filter(array -> JniUtils.requiresGrad(array) && array.getShape().size() > 0)
        .map(TorchScript::weight)
        .toList();
  }

  private static Weight weight(PtNDArray tracked) {
    List<Long> shape = Arrays.stream(tracked.getShape().getShape()).boxed().toList();
    Parameter parameter = new Parameter(tracked.getName(), shape);
    PtNDArray values =
        JniUtils.detachGradient(tracked)
            .toType(DataType.FLOAT32, false)
            .reshape(new Shape(parameter.units(), parameter.elements() / parameter.units()));
    return new Weight(parameter, tracked, values);
  }
}
