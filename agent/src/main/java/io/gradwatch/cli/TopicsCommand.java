package io.gradwatch.cli;

import io.gradwatch.agent.PlannedTopic;
import io.gradwatch.agent.Rights;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.Role;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a configuration needs at the broker: topics, and rights. */
@Command(
    name = "topics",
    description =
        "Prints or creates every topic that 'run' would create, changelogs of its state included, or"
            + " prints the rights that it needs.%nOnly --create asks the broker.",
    footer = {
      "%nExamples:",
      "  gradwatch topics --print --config gradwatch.yaml",
      "  gradwatch topics --create --config gradwatch.yaml"
    })
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class TopicsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOption config;
  @Mixin private RolesOption roles;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Wanted wanted;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "commands",
      description =
          "of what is printed: commands of Kafka's own tools, json, or strimzi for manifests"
              + " (default: ${DEFAULT-VALUE})")
  private TopicsText.Format format;

  @Option(
      names = "--principal",
      paramLabel = "ROLE=PRINCIPAL",
      description = "whom --acls is for, a role (default: User:<application-prefix><role>)")
  private Map<Role, String> principals = Map.of();

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      defaultValue = "kafka",
      description = "of the Kafka resource, for strimzi (default: ${DEFAULT-VALUE})")
  private String cluster;

  @Option(names = "--dry-run", description = "with --create: only says what it would create")
  private boolean dryRun;

  /** What is asked for. */
  static final class Wanted {
    @Option(names = "--print", description = "the topics with their settings")
    private boolean print;

    @Option(names = "--acls", description = "the least rights of each role")
    private boolean acls;

    @Option(names = "--create", description = "creates those that are missing, and checks all")
    private boolean create;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (dryRun && !wanted.create) {
      throw new ParameterException(
          spec.commandLine(), "--dry-run belongs to --create; --print and --acls change nothing");
    }
    GradwatchConfig loaded = roles.of(config.load());
    PrintWriter out = spec.commandLine().getOut();
    TopicsText text = new TopicsText(loaded, format, cluster);
    if (wanted.print) {
      out.print(text.topics(PlannedTopic.all(loaded)));
    } else if (wanted.acls) {
      out.print(text.rights(rights(loaded)));
    } else {
      create(loaded, out);
    }
    out.flush();
    return 0;
  }

  private void create(GradwatchConfig loaded, PrintWriter out) throws InterruptedException {
    List<PlannedTopic> missing =
        dryRun ? PlannedTopic.missing(loaded) : PlannedTopic.create(loaded);
    for (PlannedTopic topic : PlannedTopic.all(loaded)) {
      String verb = dryRun ? "would create" : "created";
      out.println(
          missing.contains(topic)
              ? "%-13s %s".formatted(verb, TopicsText.line(topic))
              : "%-13s %s".formatted("exists", topic.name()));
    }
  }

  private Map<String, Rights> rights(GradwatchConfig loaded) {
    Map<Role, String> named = new EnumMap<>(Role.class);
    for (Role role : new TreeSet<>(loaded.roles())) {
      named.put(
          role, principals.getOrDefault(role, "User:" + loaded.applicationPrefix() + role.label()));
    }
    Map<String, Rights> rights = new LinkedHashMap<>();
    named.forEach(
        (role, principal) -> rights.merge(principal, Rights.of(loaded, role), Rights::and));
    return rights;
  }
}
