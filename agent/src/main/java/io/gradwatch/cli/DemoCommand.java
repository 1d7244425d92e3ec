package io.gradwatch.cli;

import io.gradwatch.demo.Demo;
import io.gradwatch.demo.DemoOptions;
import io.gradwatch.demo.DemoTraffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The demonstration. */
@Command(
    name = "demo",
    description = "Shows drift on real data, all in one process: broker, traffic, model and agent.",
    footer = {"%nExamples:", "  gradwatch demo", "  gradwatch demo --exit-on-drift"})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class DemoCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String BROKERS = "[^,\\s]+:\\d+(,[^,\\s]+:\\d+)*";

  @Spec private CommandSpec spec;

  @Option(
      names = "--exit-on-drift",
      description = "end at the alarm with 0, or with 1 if none comes within five minutes")
  private boolean exitOnDrift;

  @Option(names = "--no-drift", description = "leave the traffic as it is")
  private boolean noDrift;

  @Option(
      names = "--windows",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "with --no-drift: end after N live windows, with 0 if none alarmed; else end N windows"
              + " after the alarm or, with --recover-after, the recovery")
  private int windows;

  @Option(
      names = "--recover-after",
      defaultValue = "0",
      paramLabel = "N",
      description = "turn the traffic back N windows after the alarm")
  private int recoverAfter;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "9464",
      description = "of metrics and status page; 0 takes a free one (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "300",
      description = "requests a second, 100 to 5000 (default: ${DEFAULT-VALUE})")
  private int rate;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description =
          "send the traffic to this broker and do nothing else, for an agent that runs elsewhere")
  private @Nullable String bootstrapServers;

  @Override
  public Integer call() throws Exception {
    Path home = Path.of(System.getProperty("gradwatch.home", "."));
    DemoOptions options =
        ModelOptions.usage(
            spec, () -> new DemoOptions(!noDrift, exitOnDrift, windows, recoverAfter, port, rate));
    if (bootstrapServers != null) {
      return sendTo(bootstrapServers, home, options);
    }
    // A window lasts three seconds, and longer on a machine that has much else to do.
    Duration patience = PATIENCE.multipliedBy(recoverAfter > 0 ? 2 : 1).plusSeconds(10L * windows);
    try (Demo demo = new Demo(home, options, spec.commandLine().getOut())) {
      Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "gradwatch-demo-shutdown"));
      return demo.run(patience) ? 0 : Main.FAILED;
    }
  }

  private int sendTo(String broker, Path home, DemoOptions options) throws Exception {
    for (String option : List.of("--exit-on-drift", "--windows", "--recover-after", "--port")) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new ParameterException(
            spec.commandLine(),
            option + " is for the whole demonstration; leave it out with --bootstrap-servers");
      }
    }
    if (!broker.matches(BROKERS)) {
      throw new ParameterException(
          spec.commandLine(),
          "--bootstrap-servers is '%s', expected HOST:PORT,... for instance kafka-1:9092,kafka-2:9092"
              .formatted(broker));
    }
    return Termination.await(
        termination -> {
          DemoTraffic.run(home, broker, options, spec.commandLine().getOut());
          return 0;
        });
  }
}
