package io.gradwatch.importance.device;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.gradwatch.sample.InferenceSample;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * What the one pass is measured against: forward and backward of micro-batches as one writes them
 * with DJL by hand, from a fixed vector, the gradients zeroed, nothing looked at.
 *
 * <p>For the thread that loaded it, with the settings of {@link TorchScript}: evaluation mode, no
 * graph optimiser.
 */
public final class PlainLoop implements AutoCloseable {
  private static final String[] NO_FILES = {};

  private final PtNDManager manager;
  private final PtSymbolBlock block;
  private final List<PtNDArray> parameters;

  public PlainLoop(Path file, int threads) {
    System.setProperty("ai.djl.offline", "true");
    manager = (PtNDManager) Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
    JniUtils.setNumThreads(threads);
    JniUtils.setGraphExecutorOptimize(false);
    block = JniUtils.loadModule(manager, file, true, NO_FILES, NO_FILES, true);
    JniUtils.enableInferenceMode(block);
    parameters =
        JniUtils.moduleGetParams(block, manager).stream().map(PtNDArray.class::cast).toList();
  }

  /**
   * Runs over the samples once.
   *
   * @param samples alike, a multiple of {@code microBatch}
   * @param vector what each backward pass starts from, one value an output of a micro-batch
   */
  public void run(List<InferenceSample> samples, int microBatch, float[] vector) {
    JniUtils.setGradMode(true);
    for (int from = 0; from < samples.size(); from += microBatch) {
      try (PtNDManager scope = (PtNDManager) manager.newSubManager()) {
        NDList inputs = InputBatch.stack(samples.subList(from, from + microBatch), true, scope);
        NDArray output = IValueUtils.forward(block, inputs, true).get(0);
        NDArray v = scope.create(FloatBuffer.wrap(vector), output.getShape(), DataType.FLOAT32);
        JniUtils.backward((PtNDArray) output, (PtNDArray) v, false, false);
        parameters.forEach(JniUtils::zeroGrad);
      }
    }
  }

  @Override
  public void close() {
    block.close();
    manager.close();
  }
}
