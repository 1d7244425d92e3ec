package io.gradwatch.cli;

import io.gradwatch.agent.Agent;
import io.gradwatch.agent.ConfigWatch;
import io.gradwatch.agent.Doctor.Finding;
import io.gradwatch.agent.DryRun;
import io.gradwatch.config.GradwatchConfig;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The agent, until it is told to stop. */
@Command(
    name = "run",
    description = "Watches the configured models until it is told to stop.",
    footer = {
      "%nExamples:",
      "  gradwatch run --config gradwatch.yaml",
      "  gradwatch run --config gradwatch.yaml --roles sampling"
    })
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOption config;
  @Mixin private RolesOption roles;

  @Option(
      names = "--dry-run",
      description =
          "does all that a start does until it joins a group, says what it would do, and ends; with 1"
              + " if it could not start")
  private boolean dryRun;

  @Override
  public Integer call() throws Exception {
    if (dryRun) {
      return rehearse(read());
    }
    try (ConfigWatch watch = new ConfigWatch(config.file(), this::read)) {
      GradwatchConfig loaded = read();
      return Termination.await(termination -> run(loaded, watch, termination));
    }
  }

  private GradwatchConfig read() {
    return roles.of(config.load());
  }

  private int rehearse(GradwatchConfig config) throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    List<Finding> findings = DoctorCommand.read(config, DryRun.examine(config));
    findings.forEach(finding -> out.println(finding.line()));
    DryRun.plan(config, findings).forEach(step -> out.println("would   " + step));
    out.println("Nothing was created, joined or written.");
    return findings.stream().allMatch(Finding::good) ? 0 : Main.FAILED;
  }

  private static int run(GradwatchConfig config, ConfigWatch watch, Termination termination)
      throws InterruptedException {
    try (Agent agent = Agent.start(config, InstantSource.system())) {
      // Not static: the first logger fixes the level, and commands choose theirs before.
      Logger log = LoggerFactory.getLogger(RunCommand.class);
      log.info("watching {}; metrics and status at port {}", Agent.names(config), agent.port());
      if (!termination.told()) {
        watch.start(agent);
        agent.await();
      }
      return 0;
    }
  }
}
