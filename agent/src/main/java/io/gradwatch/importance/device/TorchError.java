package io.gradwatch.importance.device;

import ai.djl.pytorch.jni.JniUtils;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelFailureException.Reason;
import java.util.List;

/** What libtorch says when something fails, in one line. */
final class TorchError {
  private static final int LONGEST = 400;

  private TorchError() {}

  /**
   * Turns an exception of libtorch into ours. Memory of the device that libtorch caches is given
   * back if it ran out.
   *
   * @param reason of everything but exhausted memory
   * @param what failed, the beginning of the message
   */
  static ModelFailureException translate(RuntimeException error, Reason reason, String what) {
    String message = String.valueOf(error.getMessage());
    if (message.contains("out of memory") || message.contains("can't allocate memory")) {
      if (message.contains("CUDA")) {
        JniUtils.emptyCudaCache();
      }
      return new ModelFailureException(
          Reason.OUT_OF_MEMORY,
          what + ": the device's memory is not enough; choose a smaller micro-batch",
          error);
    }
    if (message.contains("does not require grad")) {
      return new ModelFailureException(
          Reason.OUTPUT,
          what + ": the output has no gradient; its forward must not run under torch.no_grad",
          error);
    }
    return new ModelFailureException(reason, what + ": " + gist(message), error);
  }

  /**
   * The sentence that matters: libtorch puts it last, after the interpreter's trace, and before its
   * own C++ frames.
   */
  static String gist(String message) {
    int frames = message.indexOf("Exception raised from");
    String said = frames > 0 ? message.substring(0, frames) : message;
    List<String> lines = said.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    String gist =
        lines.stream()
            .filter(line -> line.contains("Error: "))
            .reduce((first, last) -> last)
            .orElse(lines.isEmpty() ? "no message" : lines.get(0));
    return gist.length() <= LONGEST ? gist : gist.substring(0, LONGEST) + " ...";
  }
}
