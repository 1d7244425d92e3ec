package io.gradwatch.cli;

import io.gradwatch.agent.Agent;
import io.gradwatch.agent.ConfigWatch;
import io.gradwatch.config.GradwatchConfig;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
  @Mixin private ConfigOption config;
  @Mixin private RolesOption roles;

  @Override
  public Integer call() throws Exception {
    try (ConfigWatch watch = new ConfigWatch(config.file(), this::read)) {
      GradwatchConfig loaded = read();
      return Termination.await(termination -> run(loaded, watch, termination));
    }
  }

  private GradwatchConfig read() {
    return roles.of(config.load());
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
