package io.gradwatch.agent;

import io.gradwatch.agent.Doctor.Finding;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.config.Role;
import io.gradwatch.sample.SourceTopics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * All that a start does until it joins a group, and what it would do then. Beyond what {@link
 * Doctor} looks at, it looks at what belongs to the process itself, so it is for the machine and
 * the user that the agent runs as.
 */
public final class DryRun {
  private DryRun() {}

  /** What is good, and what would keep the agent from starting. Changes nothing. */
  public static List<Finding> examine(GradwatchConfig config) throws InterruptedException {
    List<Finding> findings = new ArrayList<>(Doctor.examine(config));
    findings.add(StateFolder.examine(config.stateDir()));
    findings.add(address(config.listen()));
    return findings;
  }

  /**
   * What it would do, a line each; which topics it would create only where a broker answered.
   *
   * @param findings of {@link #examine}
   */
  public static List<String> plan(GradwatchConfig config, List<Finding> findings)
      throws InterruptedException {
    List<String> plan = new ArrayList<>();
    if (findings.stream().anyMatch(finding -> finding.what().equals("broker") && finding.good())) {
      for (PlannedTopic topic : PlannedTopic.missing(config)) {
        plan.add("create topic %s with %d partitions".formatted(topic.name(), topic.partitions()));
      }
    }
    String prefix = config.applicationPrefix();
    if (config.roles().contains(Role.SAMPLING)) {
      for (ModelSettings model : config.models()) {
        plan.add(
            "sample %s for model %s as group %ssampling"
                .formatted(sources(model), model.name(), prefix));
      }
    }
    if (config.roles().contains(Role.IMPORTANCE)) {
      plan.add(
          "compute importance and drift of %s as group %simportance"
              .formatted(Agent.names(config), prefix));
      plan.add("keep state in " + config.stateDir());
    }
    plan.add("serve metrics and page at " + text(config.listen()));
    return plan;
  }

  private static String sources(ModelSettings model) {
    List<String> sources = new ArrayList<>();
    for (SourceTopics topics : model.sources()) {
      sources.addAll(topics.names());
      if (!topics.regex().isEmpty()) {
        sources.add("topics like " + topics.regex());
      }
    }
    return String.join(", ", sources);
  }

  private static Finding address(InetSocketAddress listen) {
    String what = "listen " + text(listen);
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(listen.getHostString(), listen.getPort()));
      return new Finding(true, what, "is free");
    } catch (IOException | IllegalArgumentException e) {
      return new Finding(
          false, what, "cannot be used (%s); another process may".formatted(e.getMessage()));
    }
  }

  private static String text(InetSocketAddress listen) {
    return listen.getHostString() + ":" + listen.getPort();
  }
}
