package io.gradwatch.cli;

import io.gradwatch.agent.Doctor;
import io.gradwatch.agent.Doctor.Finding;
import io.gradwatch.config.GradwatchConfig;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says whether an agent with this configuration would work. */
@Command(
    name = "doctor",
    description =
        "Checks configuration, models, device, broker and topics, and says what is wrong.")
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOption config;

  @Override
  public Integer call() throws InterruptedException {
    GradwatchConfig loaded = config.load();
    PrintWriter out = spec.commandLine().getOut();
    out.println("ok      configuration: " + loaded.models().size() + " model(s)");
    List<Finding> findings = Doctor.examine(loaded);
    findings.forEach(finding -> out.println(finding.line()));
    return findings.stream().allMatch(Finding::good) ? 0 : Main.FAILED;
  }
}
