package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.drift.DriftSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a new configuration changes in a running agent.
 *
 * @param added names of models, a segment each of its own
 * @param removed the same
 * @param changed names of models that stay, but otherwise than before
 * @param restart keys of the top level whose change only a restart takes over
 */
record ReloadPlan(
    List<String> added, List<String> removed, List<String> changed, List<String> restart) {
  /** Keys outside the models that the topologies read anew are no part of this. */
  private static final Map<String, Function<GradwatchConfig, ?>> FIXED = new LinkedHashMap<>();

  static {
    FIXED.put("kafka", GradwatchConfig::kafka);
    FIXED.put("topic-prefix", GradwatchConfig::topicPrefix);
    FIXED.put("application-prefix", GradwatchConfig::applicationPrefix);
    FIXED.put("instance-id", GradwatchConfig::instanceId);
    FIXED.put("state-dir", GradwatchConfig::stateDir);
    FIXED.put("store-memory", GradwatchConfig::storeMemory);
    FIXED.put("listen", GradwatchConfig::listen);
    FIXED.put("http", GradwatchConfig::http);
    FIXED.put("roles", GradwatchConfig::roles);
    FIXED.put("duty-cycle", config -> config.worker().dutyCycle());
    FIXED.put("catch-up-duty-cycle", config -> config.worker().catchUpDutyCycle());
    FIXED.put("threads", config -> config.worker().threads());
    FIXED.put("memory-floor", config -> config.worker().memoryFloor());
    FIXED.put("device-timeout", config -> config.worker().deviceTimeout());
    FIXED.put("series-limit", GradwatchConfig::seriesLimit);
    FIXED.put("partitions", GradwatchConfig::partitions);
    FIXED.put("replication-factor", GradwatchConfig::replicationFactor);
  }

  static ReloadPlan of(GradwatchConfig before, GradwatchConfig next) {
    Map<String, ModelSettings> old = byName(before);
    Map<String, ModelSettings> now = byName(next);
    List<String> changed = new ArrayList<>();
    now.forEach(
        (name, model) -> {
          ModelSettings known = old.get(name);
          if (known != null && !what(known).equals(what(model))) {
            changed.add(name);
          }
        });
    return new ReloadPlan(
        now.keySet().stream().filter(name -> !old.containsKey(name)).toList(),
        old.keySet().stream().filter(name -> !now.containsKey(name)).toList(),
        changed,
        FIXED.entrySet().stream()
            .filter(
                key -> !Objects.equals(key.getValue().apply(before), key.getValue().apply(next)))
            .map(Map.Entry::getKey)
            .toList());
  }

  /**
   * All of a model's settings but its share of the budget of false alarms, which changes with the
   * number of models.
   */
  private static List<@Nullable Object> what(ModelSettings model) {
    DriftSettings drift = model.drift();
    return Arrays.asList(
        model.location(),
        model.output(),
        model.topics(),
        model.startFrom(),
        model.eventTimeHeader(),
        model.payload(),
        model.baseline(),
        model.device(),
        model.window(),
        model.importance(),
        drift.method(),
        drift.falseAlarms(),
        drift.warnings(),
        drift.cycle(),
        drift.baselineWindows(),
        drift.minEffect(),
        drift.seasonality(),
        model.selection(),
        model.labels(),
        model.reference(),
        model.showSamples(),
        model.image());
  }

  private static Map<String, ModelSettings> byName(GradwatchConfig config) {
    return config.models().stream()
        .collect(
            Collectors.toMap(
                ModelSettings::name, Function.identity(), (a, b) -> a, LinkedHashMap::new));
  }

  /** For people. */
  String text() {
    return "added %s, removed %s, changed %s".formatted(added, removed, changed);
  }
}
