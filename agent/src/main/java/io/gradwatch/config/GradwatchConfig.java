package io.gradwatch.config;

import io.gradwatch.importance.WorkerSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A whole configuration, checked. Holds secrets, but never prints them.
 *
 * @param kafka properties of every Kafka client
 * @param models at least one, with distinct names
 * @param topicPrefix of Gradwatch's own topics
 * @param applicationPrefix of the ids of its two Kafka Streams applications
 * @param stateDir folder of their local state
 * @param listen address of metrics, health and status page, unresolved
 * @param roles at least one
 * @param worker how politely each device is used
 * @param maxPending windows that may wait for the device, per model, until the oldest is shed
 * @param seriesLimit groups a model with metrics of their own; the others are summed up
 * @param partitions of each of Gradwatch's own topics
 * @param replicationFactor of these
 */
public record GradwatchConfig(
    KafkaProperties kafka,
    List<ModelSettings> models,
    String topicPrefix,
    String applicationPrefix,
    Path stateDir,
    InetSocketAddress listen,
    Set<Role> roles,
    WorkerSettings worker,
    int maxPending,
    int seriesLimit,
    int partitions,
    int replicationFactor) {
  public GradwatchConfig {
    models = List.copyOf(models);
    roles = Set.copyOf(roles);
  }

  /**
   * Reads a YAML file.
   *
   * @param environment of {@code ${NAME}} and {@code ${NAME:default}} in values
   * @throws ConfigException with every problem that there is
   */
  public static GradwatchConfig load(Path file, Map<String, String> environment) {
    String yaml;
    try {
      yaml = Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new ConfigException(
          List.of(file + ": cannot be read (" + e + "); expected a YAML file in UTF-8"));
    }
    return parse(yaml, file.toString(), environment);
  }

  /**
   * Reads YAML text.
   *
   * @param origin the name under which problems speak of it
   * @param environment of {@code ${NAME}} and {@code ${NAME:default}} in values
   * @throws ConfigException with every problem that there is
   */
  public static GradwatchConfig parse(String yaml, String origin, Map<String, String> environment) {
    return new ConfigReader(origin, environment).read(yaml);
  }
}
