package io.gradwatch.config;

import io.gradwatch.importance.WorkerSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A whole configuration, checked. Holds secrets, but never prints them.
 *
 * @param kafka properties of every Kafka client
 * @param models at least one, with distinct names
 * @param topicPrefix of Gradwatch's own topics
 * @param applicationPrefix of the ids of its two Kafka Streams applications
 * @param instanceId of a static member of its consumer groups; null for a dynamic one
 * @param stateDir folder of their local state
 * @param listen address of metrics, health and status page, unresolved
 * @param http how what is at that address is protected
 * @param roles at least one
 * @param worker how politely each device is used
 * @param maxPending windows that may wait for the device, per model, until the oldest is shed
 * @param storeMemory bytes outside the Java heap that all state stores share
 * @param seriesLimit groups a model with metrics of their own; the others are summed up
 * @param partitions of each of Gradwatch's own topics
 * @param replicationFactor of these
 */
public record GradwatchConfig(
    KafkaProperties kafka,
    List<ModelSettings> models,
    String topicPrefix,
    String applicationPrefix,
    @Nullable String instanceId,
    Path stateDir,
    InetSocketAddress listen,
    HttpSettings http,
    Set<Role> roles,
    WorkerSettings worker,
    int maxPending,
    long storeMemory,
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
    return parse(text(file), file.toString(), environment);
  }

  /** The text of a file, or the one problem with it. */
  static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new ConfigException(
          List.of(file + ": cannot be read (" + reason(e) + "); expected a YAML file in UTF-8"));
    }
  }

  /** What the exceptions of the file system say in their names alone. */
  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return e instanceof CharacterCodingException
        ? "is no text in UTF-8"
        : String.valueOf(e.getMessage());
  }

  /** The same with other roles. */
  public GradwatchConfig withRoles(Set<Role> others) {
    return new GradwatchConfig(
        kafka,
        models,
        topicPrefix,
        applicationPrefix,
        instanceId,
        stateDir,
        listen,
        http,
        others,
        worker,
        maxPending,
        storeMemory,
        seriesLimit,
        partitions,
        replicationFactor);
  }

  /**
   * Reads YAML text.
   *
   * @param origin the name under which problems speak of it
   * @param environment of {@code ${NAME}} and {@code ${NAME:default}} in values
   * @throws ConfigException with every problem that there is
   */
  public static GradwatchConfig parse(String yaml, String origin, Map<String, String> environment) {
    ConfigReader reader = new ConfigReader(origin, environment);
    return reader.read(reader.open(yaml));
  }
}
