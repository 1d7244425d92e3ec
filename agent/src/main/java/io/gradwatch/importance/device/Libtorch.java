package io.gradwatch.importance.device;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelFailureException.Reason;

/** The library that computes. One a process; it starts when it is first needed. */
public final class Libtorch {
  private Libtorch() {}

  /**
   * What libtorch has to compute with, for people.
   *
   * @throws ModelFailureException if it does not start
   */
  public static String devices() {
    Engine engine = engine();
    return "libtorch %s, %s, %d intra-op threads unless told otherwise"
        .formatted(
            engine.getVersion(),
            engine.getGpuCount() == 0 ? "no GPU" : engine.getGpuCount() + " GPU(s)",
            JniUtils.getNumThreads());
  }

  /**
   * A scope for the arrays of one model, with the thread's settings of libtorch. To be closed.
   *
   * @throws ModelFailureException if libtorch does not start, or the device is not there
   */
  static PtNDManager manager(DeviceSettings settings) {
    Engine engine = engine();
    int gpu = settings.gpu();
    int visible = DeviceSettings.visibleGpus();
    if (gpu >= visible) {
      throw new ModelFailureException(
          Reason.LOAD,
          "device %s is not there: libtorch sees %d GPUs; check the driver, and that libtorch for CUDA"
                  .formatted(settings.device(), visible)
              + " is installed (PYTORCH_LIBRARY_PATH)");
    }
    JniUtils.setNumThreads(settings.threads());
    // The optimiser re-specialises on every new batch size, which costs more than it saves here.
    JniUtils.setGraphExecutorOptimize(false);
    return (PtNDManager) engine.newBaseManager(gpu < 0 ? Device.cpu() : Device.gpu(gpu));
  }

  /** Starts libtorch, once. */
  static Engine engine() {
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
