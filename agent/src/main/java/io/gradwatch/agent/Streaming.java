package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.Role;
import io.gradwatch.importance.Mailbox;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.report.ModelReport;
import io.gradwatch.sample.SourceTopics;
import io.gradwatch.topology.ImportanceTopology;
import io.gradwatch.topology.SamplingTopology;
import io.gradwatch.topology.StreamModel;
import io.gradwatch.topology.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.Topology;

/**
 * The applications of one configuration, with what watches their source topics. The models of an
 * application are part of its topology, so other models take another one of these: the state is on
 * disk and in changelogs, and carries over.
 *
 * <p>Described by the constructor, which changes nothing; runs from {@link #start} to {@link
 * #close}. For one thread.
 */
final class Streaming implements AutoCloseable {
  private record Plan(Topology topology, Properties properties) {}

  private final SourceWatch watch;
  private final Metrics metrics;
  private final InstantSource clock;
  private final Map<String, Plan> plans = new LinkedHashMap<>();
  private final List<StreamsApplication> applications = new ArrayList<>();
  private final Deque<Runnable> opened = new ArrayDeque<>();

  /**
   * Describes the applications.
   *
   * @param stores is closed by the caller, after this
   * @param mailboxes connects a stream task with the devices
   * @throws RuntimeException if a baseline file cannot be read, or models contradict each other
   */
  Streaming(
      GradwatchConfig config,
      Admin admin,
      StoreMemory stores,
      Supplier<Mailbox> mailboxes,
      ModelReport report,
      Metrics metrics,
      InstantSource clock) {
    this.metrics = metrics;
    this.clock = clock;
    String samplingId = config.applicationPrefix() + "sampling";
    List<SourceTopics> sources =
        config.models().stream().flatMap(model -> model.sources().stream()).toList();
    watch = new SourceWatch(admin, sources, samplingId, clock);
    Topics topics = new Topics(config.topicPrefix());
    List<StreamModel> models = StreamModels.of(config);
    if (config.roles().contains(Role.IMPORTANCE)) {
      plans.put(
          "importance",
          new Plan(
              ImportanceTopology.of(
                  models, topics, config.maxPending(), watch, mailboxes, report, metrics),
              StreamsProperties.importance(
                  config, config.applicationPrefix() + "importance", stores)));
    }
    if (config.roles().contains(Role.SAMPLING)) {
      plans.put(
          "sampling",
          new Plan(
              SamplingTopology.of(models, topics, watch, metrics),
              StreamsProperties.sampling(config, samplingId)));
    }
  }

  /**
   * Starts them.
   *
   * @param failed is told why one of them gives up
   * @throws StartException if another process uses their folder; close it then
   */
  void start(Condition condition, Consumer<Throwable> failed) {
    opened.push(watch::close);
    watch.start();
    condition.watch(watch);
    plans.forEach(
        (name, plan) -> {
          StreamsApplication application =
              new StreamsApplication(name, plan.topology(), plan.properties(), clock);
          opened.push(application::close);
          applications.add(application);
          opened.push(metrics.runtime().bindStreams(application.streams(), name)::close);
          var unused =
              application
                  .failure()
                  .whenComplete(
                      (nothing, why) -> {
                        if (why != null) {
                          failed.accept(why);
                        }
                      });
        });
    condition.watch(applications);
    // From here on the applications say themselves what they wait for.
    condition.phase(null);
    applications.forEach(StreamsApplication::start);
  }

  /**
   * Waits on for its end after {@link #close}.
   *
   * @param patience with each application
   * @return whether nothing runs any more, so that its folder is free
   */
  boolean awaitEnd(Duration patience) {
    return applications.stream().allMatch(application -> application.awaitEnd(patience));
  }

  @Override
  public void close() {
    // All at once, so that together they take no longer than the slowest.
    applications.forEach(StreamsApplication::stop);
    while (!opened.isEmpty()) {
      opened.pop().run();
    }
  }
}
