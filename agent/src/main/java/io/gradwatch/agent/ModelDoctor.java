package io.gradwatch.agent;

import io.gradwatch.agent.Doctor.Finding;
import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.Parameter;
import io.gradwatch.importance.SelfCheck;
import io.gradwatch.importance.SelfCheckReport;
import io.gradwatch.importance.device.Libtorch;
import io.gradwatch.sample.InferenceSample;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Looks at a model as an agent would before its first window. */
public final class ModelDoctor {
  private ModelDoctor() {}

  /** What there is to compute with. */
  public static Finding device() {
    try {
      return new Finding(true, "device", Libtorch.devices());
    } catch (ModelFailureException e) {
      return new Finding(false, "device", String.valueOf(e.getMessage()));
    }
  }

  /**
   * Opens a model on the calling thread and checks it.
   *
   * @param name for the findings
   * @param model opens it
   * @param samples that it takes; without any the check has to wait
   */
  public static List<Finding> examine(
      String name,
      Supplier<? extends DifferentiableModel> model,
      ImportanceSettings settings,
      List<InferenceSample> samples) {
    List<Finding> findings = new ArrayList<>();
    String what = "model " + name;
    try (DifferentiableModel opened = model.get()) {
      List<Parameter> parameters = opened.parameters();
      long scalars = parameters.stream().mapToLong(Parameter::elements).sum();
      findings.add(
          new Finding(
              true,
              what,
              "%s on %s, %d parameter tensors, %d parameters"
                  .formatted(opened.version(), opened.device(), parameters.size(), scalars)));
      what = "self-check of model " + name;
      findings.add(selfCheck(what, opened, settings, samples));
    } catch (ModelFailureException e) {
      findings.add(new Finding(false, what, String.valueOf(e.getMessage())));
    }
    return findings;
  }

  private static Finding selfCheck(
      String what,
      DifferentiableModel model,
      ImportanceSettings settings,
      List<InferenceSample> samples) {
    if (samples.isEmpty()) {
      return new Finding(true, what, "waits for samples: there are no recent ones");
    }
    SelfCheckReport report = SelfCheck.of(model, settings, samples);
    boolean good = report.trusted() && report.untrusted().isEmpty();
    return new Finding(good, what, report.text().replace("\n", "; "));
  }
}
