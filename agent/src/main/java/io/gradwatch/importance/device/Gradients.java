package io.gradwatch.importance.device;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.gradwatch.importance.DifferentiableModel.UnitSums;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Backward passes of one model, each one call of the script that {@code gradients.py} makes.
 *
 * <p>Gradients come as fresh arrays and never stay in the parameters, so nothing is to be zeroed.
 * For the thread of the device.
 */
final class Gradients implements AutoCloseable {
  /**
   * Elements of a parameter up to which its sums are added up in Java: a dozen calls of libtorch
   * take longer than that.
   */
  private static final int SMALL = 8192;

  /** Elements that are multiplied at once: a product of 1 MiB stays in the cache of a core. */
  private static final int CHUNK = 262_144;

  private static final String SCRIPT = "gradients.pt";

  private final PtSymbolBlock script;
  private final IValue parameters;
  private final IValue tables;
  private final int small;
  private final IValue[] limits;

  /**
   * @param manager owns the script
   * @param tracked the parameters as autograd knows them, at least one
   * @param values the same as tables, see {@link TorchScript.Weight}
   */
  Gradients(PtNDManager manager, List<PtNDArray> tracked, List<PtNDArray> values) {
    this(manager, tracked, values, SMALL, CHUNK);
  }

  /** With other limits than those that are fast. */
  Gradients(
      PtNDManager manager, List<PtNDArray> tracked, List<PtNDArray> values, int small, int chunk) {
    this.script = load(manager);
    this.parameters = IValue.listFrom(tracked.toArray(PtNDArray[]::new));
    this.tables = IValue.listFrom(values.toArray(PtNDArray[]::new));
    this.small = small;
    this.limits = new IValue[] {IValue.from(small), IValue.from(chunk)};
  }

  /**
   * The sums of each parameter.
   *
   * @param parameters what the arrays are, in their order
   */
  List<UnitSums> sums(
      PtNDArray output, PtNDArray vector, List<Parameter> parameters, PtNDManager scope) {
    float[] joined =
        run("sums", scope, output, vector, this.parameters, tables, limits[0], limits[1]);
    return UnitSumsReader.read(joined, parameters, small);
  }

  /** Per parameter the sum of |g|, as many values as it has units. */
  float[] absolute(PtNDArray output, PtNDArray vector, PtNDManager scope) {
    return run("absolute", scope, output, vector, parameters, tables);
  }

  /** Per parameter the whole gradient. */
  float[] whole(PtNDArray output, PtNDArray vector, PtNDManager scope) {
    return run("whole", scope, output, vector, parameters);
  }

  /** Per input the whole gradient with respect to it. */
  float[] ofInputs(PtNDArray output, PtNDArray vector, List<PtNDArray> inputs, PtNDManager scope) {
    try (IValue list = IValue.listFrom(inputs.toArray(PtNDArray[]::new))) {
      return run("whole", scope, output, vector, list);
    }
  }

  /**
   * Writes values into a parameter, in place: DJL's own setters make an array point elsewhere.
   *
   * @return what was there, owned by the scope
   */
  PtNDArray assign(PtNDArray parameter, PtNDArray values, PtNDManager scope) {
    try (IValue target = IValue.from(parameter);
        IValue source = IValue.from(values);
        IValue before = IValueUtils.runMethod(script, "assign", target, source)) {
      return before.toTensor(scope);
    }
  }

  @Override
  public void close() {
    parameters.close();
    tables.close();
    limits[0].close();
    limits[1].close();
    script.close();
  }

  private float[] run(
      String method, PtNDManager scope, PtNDArray output, PtNDArray vector, IValue... others) {
    try (IValue f = IValue.from(output);
        IValue v = IValue.from(vector)) {
      IValue[] arguments = new IValue[2 + others.length];
      arguments[0] = f;
      arguments[1] = v;
      System.arraycopy(others, 0, arguments, 2, others.length);
      try (IValue joined = IValueUtils.runMethod(script, method, arguments)) {
        return joined.toTensor(scope).toFloatArray();
      }
    }
  }

  private static PtSymbolBlock load(PtNDManager manager) {
    try (InputStream in = Gradients.class.getResourceAsStream(SCRIPT)) {
      if (in == null) {
        throw new IOException(SCRIPT + " is not in the jar");
      }
      return JniUtils.loadModule(manager, in, true, false);
    } catch (IOException e) {
      throw new ModelFailureException(
          Reason.LOAD, "the installation is damaged: " + e.getMessage(), e);
    }
  }
}
