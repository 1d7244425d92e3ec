package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.config.Role;
import io.gradwatch.http.Probes;
import io.gradwatch.http.StatusServer;
import io.gradwatch.importance.ImportanceWorkers;
import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.report.ModelReport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;
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

  /** With applications that stop on a busy machine, while nobody waits for the process's end. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final InstantSource clock;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  private final Metrics metrics = new Metrics();
  private final ModelReport report;
  private final Condition condition = new Condition();
  private volatile GradwatchConfig config;
  private @Nullable Admin admin;
  private @Nullable StoreMemory stores;
  private volatile @Nullable ModelWatch models;
  private @Nullable Streaming streaming;
  private boolean closed;
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
      failure.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StartException why) {
        throw why;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private void open() throws InterruptedException {
    opened.push(metrics);
    keep(metrics.runtime().bindJvm());
    metrics.state(Metric.BUILD_INFO, Version.current());
    metrics.set(Metric.CONFIG_RELOAD_SUCCESSFUL, 1);
    port = serve();

    condition.phase("connects to the broker");
    Map<String, Object> adminProperties = new HashMap<>(config.kafka().values());
    adminProperties.putIfAbsent(AdminClientConfig.CLIENT_ID_CONFIG, "gradwatch-admin");
    Admin connected = Broker.connect(adminProperties);
    // Not for ever: a broker that is away must not hold up the end.
    opened.push(() -> connected.close(ADMIN_CLOSE));
    admin = connected;
    condition.phase("checks its topics");
    TopicSetup.ensure(connected, TopicSetup.wanted(config));
    TopicRoom.require(connected, PlannedTopic.all(config));

    if (config.roles().contains(Role.IMPORTANCE)) {
      StateFolder.require(config.stateDir());
      loadModels();
    }
    stores = keep(new StoreMemory(config.storeMemory()));
    streaming = describe(config);
    opened.push(
        () -> {
          if (streaming != null) {
            streaming.close();
          }
        });
    // Not before: a process that does not get as far watches nothing.
    WatchedModels.begin(config, metrics, clock.instant());
    streaming.start(condition, failure::completeExceptionally);
    if (config.roles().contains(Role.IMPORTANCE)) {
      keep(new DriftHistory()).fill(report.history(), config, clock.instant());
    }
  }

  /** Serves metrics and page, and says on which port. */
  private int serve() {
    InetSocketAddress listen = config.listen();
    return keep(new StatusServer(
            new InetSocketAddress(listen.getHostString(), listen.getPort()),
            HttpAccess.of(config.http()),
            metrics,
            new AgentPage(
                report, () -> config, keep(pictures()), keep(new ReportDesk(() -> config)), clock),
            new Probes(condition::unhealthy, condition::unready)))
        .port();
  }

  private PictureDesk pictures() {
    return new PictureDesk(config.kafka().values(), () -> models == null ? null : models.workers());
  }

  private Streaming describe(GradwatchConfig config) {
    return new Streaming(
        config,
        Objects.requireNonNull(admin),
        Objects.requireNonNull(stores),
        () -> Objects.requireNonNull(models).workers().open(),
        report,
        metrics,
        clock);
  }

  /**
   * Takes another configuration over, whole or not at all: where it is refused, which is logged and
   * shown in metrics, the one before goes on. Models whose files and settings stay keep what they
   * are. For some seconds no record is read; none is lost, and no window comes twice.
   *
   * @param read gives it, checked
   */
  public synchronized void reload(Supplier<GradwatchConfig> read) {
    if (closed) {
      return;
    }
    try {
      takeOver(read.get());
      metrics.set(Metric.CONFIG_RELOAD_SUCCESSFUL, 1);
    } catch (RuntimeException e) {
      metrics.set(Metric.CONFIG_RELOAD_SUCCESSFUL, 0);
      LOG.error("the new configuration is refused, the one before goes on: {}", e.getMessage());
    }
  }

  private void takeOver(GradwatchConfig next) {
    ReloadPlan plan = ReloadPlan.of(config, next);
    if (!plan.restart().isEmpty()) {
      throw new StartException("changes of %s need a restart".formatted(plan.restart()));
    }
    if (next.equals(config)) {
      return;
    }
    Set<String> newDevices = models == null ? Set.of() : models.newDevices(next);
    if (!newDevices.isEmpty()) {
      throw new StartException(
          "models on further devices, %s, need a restart".formatted(newDevices));
    }
    requireRoom(next);
    Streaming described = describe(next);
    Instant begun = clock.instant();
    condition.phase("takes over a new configuration");
    try {
      exchange(described, next);
    } catch (RuntimeException e) {
      failure.completeExceptionally(
          new StartException(
              "the applications do not start with the new configuration: " + e.getMessage(), e));
      return;
    }
    plan.removed().forEach(metrics::forget);
    WatchedModels.begin(next, metrics, clock.instant());
    report.history().retain(next.models().stream().map(ModelSettings::name).toList());
    config = next;
    LOG.info(
        "a new configuration is taken over: {}; the applications start again after {} ms",
        plan.text(),
        Duration.between(begun, clock.instant()).toMillis());
  }

  private void requireRoom(GradwatchConfig next) {
    try {
      TopicRoom.require(Objects.requireNonNull(admin), PlannedTopic.all(next));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted", e);
    }
  }

  private void exchange(Streaming described, GradwatchConfig next) {
    Streaming before = Objects.requireNonNull(streaming);
    before.close();
    if (!before.awaitEnd(PATIENCE)) {
      throw new StartException(
          "those of the one before do not stop within %d s".formatted(PATIENCE.toSeconds()));
    }
    if (models != null) {
      models.use(next);
    }
    streaming = described;
    described.start(condition, failure::completeExceptionally);
  }

  private void loadModels() throws InterruptedException {
    condition.phase("loads the models");
    ModelWatch watch = keep(new ModelWatch(config, new WorkerLog(metrics)));
    ImportanceWorkers workers = watch.workers();
    Map<String, Supplier<Optional<String>>> hung = new HashMap<>();
    workers.byDevice().forEach((device, worker) -> hung.put(device, worker::hung));
    condition.watch(hung);
    DeviceWatchdog watchdog = keep(new DeviceWatchdog(hung, metrics));
    watchdog.start();
    watchdog.failure().exceptionally(why -> fail(why));
    Models.await(config, workers, watchdog.failure());
    keep(new DeviceMeters(workers.byDevice(), metrics)).start();
    watch.start();
    models = watch;
  }

  private @Nullable Void fail(Throwable why) {
    failure.completeExceptionally(why);
    return null;
  }

  private <T extends AutoCloseable> T keep(T resource) {
    opened.push(resource);
    return resource;
  }

  /** Stops everything, last started first. May be called more than once. */
  @Override
  public synchronized void close() {
    closed = true;
    condition.phase("stops");
    // Whoever was interrupted to stop must still be able to wait for that.
    var unused = Thread.interrupted();
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
