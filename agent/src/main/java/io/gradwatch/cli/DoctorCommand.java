package io.gradwatch.cli;

import io.gradwatch.agent.Doctor;
import io.gradwatch.agent.Doctor.Finding;
import io.gradwatch.agent.ModelDoctor;
import io.gradwatch.config.ConfigException;
import io.gradwatch.config.GradwatchConfig;
import java.io.IOException;
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
        "Checks configuration, models, device, broker and topics, or one model file, and says what is wrong.",
    exitCodeList = {"0:nothing is wrong", "1:something is wrong", "2:wrong usage or configuration"},
    footer = {
      "%nExamples:",
      "  gradwatch doctor --config gradwatch.yaml",
      "  gradwatch doctor --model fraud.pt --samples requests.jsonl"
    })
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Patient patient;

  @Mixin private RolesOption roles;
  @Mixin private FormatOption format;

  /** What is looked at. */
  static final class Patient {
    @ArgGroup(exclusive = false)
    private @Nullable ConfigOption config;

    @ArgGroup(exclusive = false)
    private @Nullable FileOptions file;
  }

  @Override
  public Integer call() throws Exception {
    List<Finding> findings;
    try {
      findings =
          patient.config != null ? ofConfig(roles.of(patient.config.load())) : ofFile(patient.file);
    } catch (ConfigException e) {
      if (!format.isJson()) {
        throw e;
      }
      e.problems().forEach(problem -> print(new Finding(false, "configuration", problem)));
      return Main.USAGE;
    }
    findings.forEach(this::print);
    return findings.stream().allMatch(Finding::good) ? 0 : Main.FAILED;
  }

  private void print(Finding finding) {
    format.print(spec.commandLine().getOut(), finding, finding::line);
  }

  private static List<Finding> ofConfig(GradwatchConfig config) throws InterruptedException {
    return read(config, Doctor.examine(config));
  }

  /** The findings about a configuration, with the first of them: that it could be read. */
  static List<Finding> read(GradwatchConfig config, List<Finding> examined) {
    List<Finding> findings = new ArrayList<>();
    findings.add(new Finding(true, "configuration", config.models().size() + " model(s)"));
    findings.addAll(examined);
    return findings;
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
            file.readFirst()));
    return findings;
  }
}
