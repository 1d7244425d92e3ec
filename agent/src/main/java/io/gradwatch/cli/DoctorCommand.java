package io.gradwatch.cli;

import io.gradwatch.agent.Doctor;
import io.gradwatch.agent.Doctor.Finding;
import io.gradwatch.agent.ModelDoctor;
import io.gradwatch.config.GradwatchConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says whether an agent would work, with a configuration or with the file of a model. */
@Command(
    name = "doctor",
    description =
        "Checks configuration, models, device, broker and topics, or one model file, and says what is wrong.")
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Patient patient;

  @Mixin private RolesOption roles;

  /** What is looked at. */
  static final class Patient {
    @ArgGroup(exclusive = false)
    private @Nullable ConfigOption config;

    @ArgGroup(exclusive = false)
    private @Nullable FileOptions file;
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    boolean good;
    if (patient.config != null) {
      GradwatchConfig config = roles.of(patient.config.load());
      good = print(out, config, Doctor.examine(config));
    } else {
      good = print(out, ofFile(patient.file));
    }
    return good ? 0 : Main.FAILED;
  }

  /** Prints what was found with a configuration; returns whether all of it is good. */
  static boolean print(PrintWriter out, GradwatchConfig config, List<Finding> findings) {
    out.println(new Finding(true, "configuration", config.models().size() + " model(s)").line());
    return print(out, findings);
  }

  private static boolean print(PrintWriter out, List<Finding> findings) {
    findings.forEach(finding -> out.println(finding.line()));
    return findings.stream().allMatch(Finding::good);
  }

  private List<Finding> ofFile(@Nullable FileOptions file) throws IOException {
    if (file == null) {
      throw new IllegalStateException("the group of options demands one of them");
    }
    List<Finding> findings = new ArrayList<>(List.of(ModelDoctor.device()));
    findings.addAll(
        ModelDoctor.examine(
            String.valueOf(file.model.getFileName()),
            file.opener(spec),
            file.settings(),
            file.read()));
    return findings;
  }
}
