package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.HttpSettings;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.config.Role;
import io.gradwatch.http.Access;
import io.gradwatch.http.Probes;
import io.gradwatch.http.StatusServer;
import io.gradwatch.importance.ImportanceWorkers;
import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.report.ModelReport;
import io.gradwatch.report.ModelRows;
import io.gradwatch.sample.SourceTopics;
import io.gradwatch.topology.ImportanceTopology;
import io.gradwatch.topology.SamplingTopology;
import io.gradwatch.topology.StreamModel;
import io.gradwatch.topology.Topics;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running agent: the two applications, the devices, the HTTP server, and what watches the
 * source topics.
 *
 * <p>{@link #start} returns when everything runs or throws a {@link StartException} with nothing
 * left behind; {@link #close} stops in the reverse order. Thread-safe.
 */
public final class Agent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
  private static final Duration ADMIN_CLOSE = Duration.ofSeconds(1);

  private final GradwatchConfig config;
  private final InstantSource clock;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final List<CompletableFuture<Void>> failures = new ArrayList<>();
  private final Metrics metrics = new Metrics();
  private final ModelReport report;
  private final Condition condition = new Condition();
  private final List<StreamsApplication> applications = new ArrayList<>();
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
   * Waits until an application gives up, or a device hangs.
   *
   * @throws StartException why it did
   */
  public void await() throws InterruptedException {
    try {
      CompletableFuture.anyOf(failures.toArray(CompletableFuture[]::new)).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StartException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
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
                access(config.http()),
                metrics,
                () -> ModelRows.of(report.readings()),
                new Probes(condition::unhealthy, condition::unready)))
            .port();

    condition.phase("connects to the broker");
    Map<String, Object> adminProperties = new HashMap<>(config.kafka().values());
    adminProperties.putIfAbsent(AdminClientConfig.CLIENT_ID_CONFIG, "gradwatch-admin");
    Admin admin = Broker.connect(adminProperties);
    // Not for ever: a broker that is away must not hold up the end.
    opened.push(() -> admin.close(ADMIN_CLOSE));
    condition.phase("checks its topics");
    Topics topics = new Topics(config.topicPrefix());
    TopicSetup.ensure(
        admin,
        TopicSetup.wanted(
            topics,
            Right.ownTopics(config),
            config.partitions(),
            (short) config.replicationFactor(),
            StreamsProperties.largestRecord(config)));

    List<SourceTopics> sources = config.models().stream().map(ModelSettings::topics).toList();
    String samplingId = config.applicationPrefix() + "sampling";
    SourceWatch watch = keep(new SourceWatch(admin, sources, samplingId));
    watch.start();
    condition.watch(watch);

    List<StreamModel> models = StreamModels.of(config);
    if (config.roles().contains(Role.IMPORTANCE)) {
      ImportanceWorkers workers = devices();
      run(
          "importance",
          new StreamsApplication(
              "importance",
              ImportanceTopology.of(
                  models, topics, config.maxPending(), watch, workers::open, report, metrics),
              StreamsProperties.importance(config, config.applicationPrefix() + "importance"),
              clock));
    }
    if (config.roles().contains(Role.SAMPLING)) {
      run(
          "sampling",
          new StreamsApplication(
              "sampling",
              SamplingTopology.of(models, topics, watch, metrics),
              StreamsProperties.sampling(config, samplingId),
              clock));
    }
    condition.phase(null);
  }

  private static Access access(HttpSettings http) {
    Access access = Access.OPEN;
    try {
      if (http.tlsKeystore() != null && http.tlsKeystorePassword() != null) {
        access =
            access.withTls(http.tlsKeystore(), http.tlsKeystorePassword().value().toCharArray());
      }
    } catch (IllegalArgumentException e) {
      throw new StartException("http: " + e.getMessage(), e);
    }
    return http.username() == null || http.password() == null
        ? access
        : access.withUser(http.username(), http.password().value());
  }

  private ImportanceWorkers devices() throws InterruptedException {
    condition.phase("loads the models");
    ImportanceWorkers workers = keep(Models.begin(config, new WorkerLog(config, metrics)));
    Map<String, Supplier<Optional<String>>> hung = new HashMap<>();
    workers.byDevice().forEach((device, worker) -> hung.put(device, worker::hung));
    condition.watch(hung);
    DeviceWatchdog watchdog = keep(new DeviceWatchdog(hung, metrics));
    watchdog.start();
    failures.add(watchdog.failure());
    Models.await(workers, watchdog.failure());
    keep(new DeviceMeters(workers.byDevice(), metrics)).start();
    return workers;
  }

  private void run(String name, StreamsApplication application) {
    keep(application);
    applications.add(application);
    condition.watch(application);
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
    condition.phase("stops");
    // Whoever was interrupted to stop must still be able to wait for that.
    var unused = Thread.interrupted();
    // All at once, so that together they take no longer than the slowest.
    applications.forEach(StreamsApplication::stop);
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
