package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.config.Role;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.device.DeviceMemory;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.Selection;
import io.gradwatch.sample.SourceTopics;
import io.gradwatch.sample.payload.PayloadReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/** Looks at everything that an agent needs, without changing anything. */
public final class Doctor {
  private static final int SHOWN = 5;

  private Doctor() {}

  /**
   * One thing that was looked at.
   *
   * @param good whether an agent can work with it
   * @param what was looked at
   * @param found what was found, and what to do if it is not good
   */
  public record Finding(boolean good, String what, String found) {
    /** For people. */
    public String line() {
      return "%-7s %s: %s".formatted(good ? "ok" : "WRONG", what, found);
    }
  }

  /** Examines device, models and broker. Loads every model on the calling thread. */
  public static List<Finding> examine(GradwatchConfig config) throws InterruptedException {
    // The models are loaded by the importance role alone.
    boolean computes = config.roles().contains(Role.IMPORTANCE);
    List<Finding> findings = new ArrayList<>(computes ? devices(config) : List.of());
    try (Admin admin = Broker.connect(config.kafka().values())) {
      Set<String> existing = existing(admin);
      bySegments(config)
          .forEach(
              model -> {
                findings.addAll(model(config, model, recent(config, model, existing)));
                findings.addAll(join(config, model.get(0), existing));
              });
      findings.add(new Finding(true, "broker", "answers"));
      findings.addAll(topics(admin, config, existing));
    } catch (StartException e) {
      bySegments(config).forEach(model -> findings.addAll(model(config, model, List.of())));
      findings.add(new Finding(false, "broker", String.valueOf(e.getMessage())));
    }
    return findings;
  }

  /** The devices that the models are on, {@code auto} resolved. */
  static List<Finding> devices(GradwatchConfig config) {
    Set<String> devices = new TreeSet<>();
    try {
      config.models().forEach(model -> devices.add(Models.device(config, model).device()));
    } catch (ModelFailureException e) {
      return List.of(new Finding(false, "device", String.valueOf(e.getMessage())));
    }
    return devices.stream().map(device -> device(config, device)).toList();
  }

  private static Finding device(GradwatchConfig config, String device) {
    OptionalLong free = DeviceMemory.free(device);
    String memory =
        free.isPresent() ? (free.getAsLong() >> 20) + " MiB free" : "does not say what is free";
    long floor = config.worker().memoryFloor();
    boolean enough = free.isEmpty() || free.getAsLong() >= floor;
    return new Finding(
        enough,
        "device " + device,
        "%s, memory-floor is %d MiB, %d intra-op threads; libtorch sees %d GPUs"
            .formatted(
                memory, floor >> 20, config.worker().threads(), DeviceSettings.visibleGpus()));
  }

  /** The models as the file has them, each with its segments. */
  private static Collection<List<ModelSettings>> bySegments(GradwatchConfig config) {
    Map<String, List<ModelSettings>> models = new LinkedHashMap<>();
    for (ModelSettings model : config.models()) {
      models.computeIfAbsent(model.configuredName(), name -> new ArrayList<>()).add(model);
    }
    return models.values();
  }

  private static List<Finding> model(
      GradwatchConfig config,
      List<ModelSettings> segments,
      List<ConsumerRecord<byte[], byte[]>> records) {
    ModelSettings model = segments.get(0);
    Selection all = new Selection(model.selection().matches(), null);
    List<InferenceSample> samples = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    PayloadReader reader = PayloadReader.AUTO;
    try {
      reader = Readers.of(model);
    } catch (StartException e) {
      findings.add(new Finding(false, "schema", String.valueOf(e.getMessage())));
    }
    for (ConsumerRecord<byte[], byte[]> record : records) {
      samples.addAll(SelectionDoctor.rows(all, record, reader));
    }
    findings.addAll(PayloadDoctor.examine(model, reader, SelectionDoctor.of(all, records)));
    if (config.roles().contains(Role.IMPORTANCE)) {
      findings.addAll(
          ModelDoctor.examine(
              model.configuredName(),
              () ->
                  TorchScript.load(model.location(), Models.device(config, model), model.output()),
              model.importance(),
              samples));
    }
    findings.addAll(SelectionDoctor.examine(segments, reader, records));
    return findings;
  }

  private static List<ConsumerRecord<byte[], byte[]>> recent(
      GradwatchConfig config, List<ModelSettings> segments, Set<String> existing) {
    return newest(config, existing, segments.get(0).topics().filter(), RecentSamples.FEW);
  }

  private static List<ConsumerRecord<byte[], byte[]>> newest(
      GradwatchConfig config, Set<String> existing, Predicate<String> topics, int records) {
    try {
      return RecentSamples.read(
          config.kafka().values(), existing.stream().filter(topics).sorted().toList(), records);
    } catch (KafkaException e) {
      return List.of(); // what is wrong with a topic is a finding of its own
    }
  }

  private static List<Finding> join(
      GradwatchConfig config, ModelSettings model, Set<String> existing) {
    if (model.join() == null) {
      return List.of();
    }
    Selection all = new Selection(model.selection().matches(), null);
    try {
      return JoinDoctor.examine(
          model,
          Readers.of(model),
          SelectionDoctor.joined(
              all, newest(config, existing, model.isSource(), RecentSamples.MANY)));
    } catch (StartException e) {
      return List.of(); // the schema is a finding of its own
    }
  }

  /** The topics that may be seen. */
  private static Set<String> existing(Admin admin) throws InterruptedException {
    try {
      return admin.listTopics().names().get();
    } catch (ExecutionException e) {
      throw new StartException("the topics cannot be listed: " + StartException.cause(e), e);
    }
  }

  private static List<Finding> topics(Admin admin, GradwatchConfig config, Set<String> existing)
      throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    try {
      Set<String> sources = new TreeSet<>();
      config
          .models()
          .forEach(model -> model.sources().forEach(topics -> sources.addAll(topics.names())));
      sources.forEach(topic -> findings.add(source("source topic ", topic, existing)));
      bySegments(config).forEach(model -> findings.addAll(matching(model.get(0), existing)));
      Right.labels(config).forEach(topic -> findings.add(source("labels topic ", topic, existing)));
      Set<String> own = new HashSet<>(Right.ownTopics(config));
      int brokers = admin.describeCluster().nodes().get().size();
      if (!existing.containsAll(own) && brokers < config.replicationFactor()) {
        findings.add(
            new Finding(
                false,
                "replication-factor " + config.replicationFactor(),
                "the cluster has %d broker(s), so topics that are missing cannot be made; set it to %d at the most"
                    .formatted(brokers, brokers)));
      }
      own.retainAll(existing);
      Map<String, TopicDescription> described = admin.describeTopics(own).allTopicNames().get();
      described.forEach((name, topic) -> findings.add(own(name, topic, config.partitions())));
      TopicRoom.shortcoming(admin, PlannedTopic.all(config))
          .ifPresent(text -> findings.add(new Finding(false, "own topics", text)));
      existing.stream()
          .filter(topic -> config.models().stream().anyMatch(model -> model.isSource().test(topic)))
          .forEach(sources::add);
      findings.addAll(new RightsDoctor(admin, config).examine(sources));
    } catch (ExecutionException e) {
      findings.add(new Finding(false, "topics", "cannot be described: " + StartException.cause(e)));
    }
    return findings;
  }

  private static Finding source(String what, String topic, Set<String> existing) {
    boolean exists = existing.contains(topic);
    return new Finding(
        exists,
        what + topic,
        exists ? "exists" : "does not exist, or Describe on it is not granted");
  }

  private static List<Finding> matching(ModelSettings model, Set<String> existing) {
    SourceTopics topics = model.topics();
    if (topics.regex().isEmpty()) {
      return List.of();
    }
    List<String> found = existing.stream().filter(topics.filter()).sorted().toList();
    String what = "topics-regex of model " + model.configuredName();
    return List.of(
        found.isEmpty()
            ? new Finding(
                false,
                what,
                "no topic matches '%s', or Describe on it is not granted".formatted(topics.regex()))
            : new Finding(
                true,
                what,
                "%d topics: %s%s"
                    .formatted(
                        found.size(),
                        String.join(", ", found.subList(0, Math.min(SHOWN, found.size()))),
                        found.size() > SHOWN ? ", ..." : "")));
  }

  private static Finding own(String name, TopicDescription topic, int partitions) {
    int found = topic.partitions().size();
    return new Finding(
        found == partitions,
        "own topic " + name,
        found == partitions
            ? "exists"
            : "has %d partitions, 'partitions' says %d; set it to %d or use another topic-prefix"
                .formatted(found, partitions, found));
  }
}
