package io.gradwatch.importance.device;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.importance.Parameter;
import io.gradwatch.sample.InferenceSample;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

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
  private final int output;
  private final PtNDManager manager;
  private final PtSymbolBlock block;
  private final List<Weight> weights;
  private final List<Parameter> parameters;

  /**
   * A parameter tensor twice: as autograd knows it, and its values as a table [units, elements of a
   * unit] of FLOAT32, which autograd does not follow.
   */
  record Weight(Parameter parameter, PtNDArray tracked, PtNDArray values) {}

  private TorchScript(
      ModelFile file, String device, int output, PtNDManager manager, PtSymbolBlock block) {
    this.file = file;
    this.device = device;
    this.output = output;
    this.manager = manager;
    this.block = block;
    this.weights = weights(block, manager);
    this.parameters = weights.stream().map(Weight::parameter).toList();
  }

  /**
   * Loads a file whose first output is watched.
   *
   * @throws ModelFailureException as {@link #load(Path, DeviceSettings, int)} does
   */
  public static TorchScript load(Path path, DeviceSettings settings) {
    return load(path, settings, 0);
  }

  /**
   * Loads a file onto a device. Never downloads anything.
   *
   * @param path a file that torch.jit.save wrote, on any device
   * @param output which of the model's outputs is watched where it gives several, counted from 0
   * @throws ModelFailureException if the file is missing or no TorchScript, has nothing to
   *     differentiate, or the device is not there
   */
  public static TorchScript load(Path path, DeviceSettings settings, int output) {
    if (output < 0) {
      throw new IllegalArgumentException("output is " + output + ", must be at least 0");
    }
    ModelFile file = ModelFile.open(path);
    PtNDManager manager = newManager(settings);
    try {
      PtSymbolBlock block = JniUtils.loadModule(manager, path, true, NO_FILES, NO_FILES, true);
      JniUtils.enableInferenceMode(block);
      TorchScript model = new TorchScript(file, settings.device(), output, manager, block);
      model.requireParameters();
      return model;
    } catch (ModelFailureException e) {
      manager.close();
      throw e;
    } catch (RuntimeException e) {
      manager.close();
      throw TorchError.translate(e, Reason.LOAD, "model file " + path + " does not load");
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
  public List<Parameter> parameters() {
    return parameters;
  }

  @Override
  public ForwardPass forward(List<InferenceSample> samples) {
    NDManager scope = manager.newSubManager();
    try {
      NDList inputs = InputBatch.stack(samples, scope);
      // DJL's threads start without autograd.
      JniUtils.setGradMode(true);
      NDList outputs = IValueUtils.forward(block, inputs, true);
      return new TorchPass(scope, watched(outputs), samples.size(), weights);
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
  public void close() {
    manager.close();
  }

  /** Arrays that live in the model's scope and in open passes; constant between passes. */
  int managedArrays() {
    return manager.getManagedArrays().size();
  }

  private PtNDArray watched(NDList outputs) {
    if (output >= outputs.size()) {
      throw new ModelFailureException(
          Reason.OUTPUT,
          "%s gives %d outputs; output %d is asked for, must be 0 to %d"
              .formatted(version(), outputs.size(), output, outputs.size() - 1));
    }
    PtNDArray watched = (PtNDArray) outputs.get(output);
    if (!watched.getDataType().isFloating()) {
      throw new ModelFailureException(
          Reason.OUTPUT,
          "output %d of %s is %s, which has no gradient; return the logits, not class numbers"
              .formatted(output, version(), watched.getDataType()));
    }
    return watched;
  }

  private void requireParameters() {
    if (weights.isEmpty()) {
      throw new ModelFailureException(
          Reason.LOAD,
          ("model file %s has no parameters to differentiate: torch.jit.freeze,"
                  + " optimize_for_inference and quantisation make them constants; save the scripted"
                  + " model in eval mode without these steps, with requires_grad on")
              .formatted(file.path()));
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

  private static PtNDManager newManager(DeviceSettings settings) {
    Engine engine = engine();
    int gpu = settings.gpu();
    if (gpu >= engine.getGpuCount()) {
      throw new ModelFailureException(
          Reason.LOAD,
          "device %s is not there: libtorch sees %d GPUs; check the driver, and that libtorch for CUDA"
                  .formatted(settings.device(), engine.getGpuCount())
              + " is installed (PYTORCH_LIBRARY_PATH)");
    }
    JniUtils.setNumThreads(settings.threads());
    // The optimiser re-specialises on every new batch size, which costs more than it saves here.
    JniUtils.setGraphExecutorOptimize(false);
    return (PtNDManager) engine.newBaseManager(gpu < 0 ? Device.cpu() : Device.gpu(gpu));
  }

  private static Engine engine() {
    // DJL downloads what it does not find unless it is told not to.
    System.setProperty("ai.djl.offline", "true");
    try {
      return Engine.getEngine("PyTorch");
    } catch (RuntimeException | LinkageError e) {
      throw new ModelFailureException(
          Reason.LOAD,
          "libtorch does not start: %s; its files must be on the class path or in PYTORCH_LIBRARY_PATH,"
                  .formatted(e.getMessage())
              + " and the cache folder (DJL_CACHE_DIR) writable",
          e);
    }
  }
}
