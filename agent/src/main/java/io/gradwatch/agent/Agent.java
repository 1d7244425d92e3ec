package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.config.Role;
import io.gradwatch.http.StatusServer;
import io.gradwatch.importance.ImportanceWorker;
import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.report.ModelReport;
import io.gradwatch.report.ModelRows;
import io.gradwatch.sample.OpenInferenceJson;
import io.gradwatch.sample.PayloadFormat;
import io.gradwatch.topology.ImportanceTopology;
import io.gradwatch.topology.SamplingTopology;
import io.gradwatch.topology.StreamModel;
import io.gradwatch.topology.Topics;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running agent: the two applications, the device, the HTTP server, and what watches the source
 * topics.
 *
 * <p>{@link #start} returns when everything runs or throws a {@link StartException} with nothing
 * left behind; {@link #close} stops in the reverse order. Thread-safe.
 */
public final class Agent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
  private static final int MAILBOX = 4;

  private final GradwatchConfig config;
  private final InstantSource clock;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final List<CompletableFuture<Void>> failures = new ArrayList<>();
  private final Metrics metrics = new Metrics();
  private final ModelReport report;
  private int port;

  private Agent(GradwatchConfig config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
    this.report = new ModelReport(metrics, config.seriesLimit());
  }

  /**
   * Starts an agent.
   *
   * @throws StartException if broker, topics, models or address do not allow it
   */
  public static Agent start(GradwatchConfig config, InstantSource clock)
      throws InterruptedException {
    Agent agent = new Agent(config, clock);
    try {
      agent.open();
      return agent;
    } catch (RuntimeException | InterruptedException e) {
      agent.close();
      throw e;
    }
  }

  /** The port that metrics and page are served on. */
  public int port() {
    return port;
  }

  /**
   * Waits until an application gives up.
   *
   * @throws StartException why it did
   */
  public void await() {
    try {
      CompletableFuture.anyOf(failures.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StartException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private void open() throws InterruptedException {
    opened.push(metrics);
    keep(metrics.runtime().bindJvm());
    metrics.state(Metric.BUILD_INFO, Version.current());
    InetSocketAddress listen = config.listen();
    port =
        keep(new StatusServer(
                new InetSocketAddress(listen.getHostString(), listen.getPort()),
                metrics,
                () -> ModelRows.of(report.readings())))
            .port();

    Map<String, Object> adminProperties = new HashMap<>(config.kafka().values());
    adminProperties.putIfAbsent(AdminClientConfig.CLIENT_ID_CONFIG, "gradwatch-admin");
    Admin admin = keep(Broker.connect(adminProperties));
    Topics topics = new Topics(config.topicPrefix());
    TopicSetup.ensure(
        admin,
        TopicSetup.wanted(
            topics,
            config.partitions(),
            (short) config.replicationFactor(),
            StreamsProperties.largestRecord(config)));

    Set<String> sources = new HashSet<>();
    config.models().forEach(model -> sources.addAll(model.topics()));
    String samplingId = config.applicationPrefix() + "sampling";
    SourceWatch watch = keep(new SourceWatch(admin, sources, samplingId));
    watch.start();

    List<StreamModel> models = StreamModels.of(config);
    PayloadFormat format = new OpenInferenceJson();
    if (config.roles().contains(Role.IMPORTANCE)) {
      ImportanceWorker worker = keep(Models.load(config, metrics));
      keep(new DutyCycle(worker, config.device(), metrics));
      run(
          "importance",
          new StreamsApplication(
              "importance",
              ImportanceTopology.of(
                  models,
                  topics,
                  config.maxPending(),
                  format,
                  watch,
                  () -> worker.open(MAILBOX),
                  report,
                  metrics),
              StreamsProperties.importance(config, config.applicationPrefix() + "importance"),
              clock));
    }
    if (config.roles().contains(Role.SAMPLING)) {
      run(
          "sampling",
          new StreamsApplication(
              "sampling",
              SamplingTopology.of(models, topics, format, watch, metrics),
              StreamsProperties.sampling(config, samplingId),
              clock));
    }
  }

  private void run(String name, StreamsApplication application) {
    keep(application);
    keep(metrics.runtime().bindStreams(application.streams(), name));
    failures.add(application.failure());
    application.start();
  }

  private <T extends AutoCloseable> T keep(T resource) {
    opened.push(resource);
    return resource;
  }

  /** Stops everything, last started first. May be called more than once. */
  @Override
  public synchronized void close() {
    while (!opened.isEmpty()) {
      AutoCloseable resource = opened.pop();
      try {
        resource.close();
      } catch (Exception e) {
        LOG.warn("{} did not close cleanly", resource.getClass().getSimpleName(), e);
      }
    }
  }

  /** The models of the configuration, for messages. */
  public static String names(GradwatchConfig config) {
    return String.join(", ", config.models().stream().map(ModelSettings::name).toList());
  }
}
