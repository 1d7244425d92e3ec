package io.gradwatch.importance.device;

import ai.djl.pytorch.jni.JniUtils;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelFailureException.Reason;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What libtorch says when something fails, in one line. */
final class TorchError {
  private static final int LONGEST = 400;
  private static final Pattern WHERE = Pattern.compile("^\\[enforce fail at [^]]*\\] \\. ");
  private static final String PLAIN = "(?:int|float|bool|str)";

  /** A tensor where a plain value belongs, or nothing there: then the declaration has its type. */
  private static final List<Pattern> PLAIN_ARGUMENT =
      List.of(
          Pattern.compile("Expected a value of type '" + PLAIN + "' for argument '(\\w+)'"),
          Pattern.compile(
              "missing value for argument '(\\w+)'.*\\W" + PLAIN + " \\1\\b", Pattern.DOTALL));

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
    if (message.contains("modified by an inplace operation")) {
      return new ModelFailureException(
          Reason.UNTRUSTED,
          what
              + ": its forward writes into its own state, which the gradient needs; drop the write, or"
              + " write under if self.training",
          error);
    }
    return new ModelFailureException(reason, what + ": " + gist(message) + advice(message), error);
  }

  /** What to do, where libtorch does not say. */
  private static String advice(String message) {
    for (Pattern argument : PLAIN_ARGUMENT) {
      Matcher plain = argument.matcher(message);
      if (plain.find()) {
        String name = plain.group(1);
        return ("; samples hold tensors only, so bind '%s' before the export:"
                + " w = torch.nn.Module(); w.m = torch.jit.script(model);"
                + " w.forward = lambda x: w.m(x, %s=VALUE); torch.jit.trace(w.eval(), x).save(path)")
            .formatted(name, name);
      }
    }
    if (message.contains("Unknown builtin op")
        || message.contains("Could not find any similar ops")) {
      return "; the operator is of a library that is not here: replace it by operators of PyTorch"
          + " itself before the export";
    }
    if (message.contains("ill formed octal specifier")) {
      return "; a name in it is not ASCII: rename the module or parameter before the export";
    }
    if (message.contains("minimum supported version") || message.contains("maximum supported")) {
      return "; save it again with torch.jit.save of a PyTorch from 1.0 to 2.7";
    }
    return "";
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
    gist = WHERE.matcher(gist).replaceFirst("").replaceFirst("\\.$", "");
    return gist.length() <= LONGEST ? gist : gist.substring(0, LONGEST) + " ...";
  }
}
