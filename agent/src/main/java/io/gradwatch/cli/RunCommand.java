package io.gradwatch.cli;

import io.gradwatch.agent.Agent;
import io.gradwatch.config.GradwatchConfig;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The agent, until it is told to stop. */
@Command(name = "run", description = "Watches the configured models until it is told to stop.")
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class RunCommand implements Callable<Integer> {
  @Mixin private ConfigOption config;

  @Override
  public Integer call() throws InterruptedException {
    GradwatchConfig loaded = config.load();
    Agent agent = Agent.start(loaded, InstantSource.system());
    Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "gradwatch-shutdown"));
    // Not static: the first logger fixes the level, and commands choose theirs before.
    Logger log = LoggerFactory.getLogger(RunCommand.class);
    log.info("watching {}; metrics and status at port {}", Agent.names(loaded), agent.port());
    try {
      agent.await();
      return 0;
    } finally {
      agent.close();
    }
  }
}
