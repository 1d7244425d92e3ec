package io.gradwatch.deploy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gradwatch.agent.Program;
import io.gradwatch.demo.EmbeddedBroker;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The processes of compose.yaml without containers: a broker, the agent with Compose's
 * configuration, the traffic, and Debian's Prometheus and Alertmanager with Compose's. Prints when
 * the agent sees the drift and when Alertmanager has the page. In the image, agent and traffic run
 * with its root file system as a user without rights.
 */
public final class ComposeBench {
  private static final Path DEPLOY = Path.of("../deploy").toAbsolutePath().normalize();
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final HttpClient READER = HttpClient.newHttpClient();

  private final Path folder = Files.createTempDirectory("gradwatch-compose-");
  private final ObjectNode result = new ObjectMapper().createObjectNode();
  private final Deque<Process> processes = new ArrayDeque<>();

  private ComposeBench() throws IOException {}

  /**
   * Runs it.
   *
   * @param inImage whether the root file system of the image is made and used
   */
  public static void report(File json, boolean inImage) throws Exception {
    List<String> lacking = lacking(inImage);
    if (!lacking.isEmpty()) {
      System.err.printf("not run: this machine lacks %s%n", String.join(", ", lacking));
      System.exit(2);
    }
    ComposeBench bench = new ComposeBench();
    try {
      bench.run(inImage);
      new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(json, bench.result);
      System.out.println(Files.readString(json.toPath()));
    } finally {
      bench.end();
    }
  }

  /** Debian's packages, and rights, without which there is nothing to run. */
  private static List<String> lacking(boolean inImage) {
    Map<String, String> packages = new LinkedHashMap<>();
    packages.put("prometheus", "prometheus");
    packages.put("prometheus-alertmanager", "prometheus-alertmanager");
    if (inImage) {
      packages.put("mmdebstrap", "mmdebstrap");
      packages.put("bwrap", "bubblewrap");
    }
    List<String> path = List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
    List<String> lacking = new ArrayList<>();
    packages.forEach(
        (program, of) -> {
          if (path.stream().noneMatch(it -> Files.isExecutable(Path.of(it, program)))) {
            lacking.add("Debian's package " + of);
          }
        });
    if (inImage && !System.getProperty("user.name").equals("root")) {
      lacking.add("a user who is root");
    }
    return lacking;
  }

  private void run(boolean inImage) throws Exception {
    int agent = freePort();
    int alertmanager = freePort();
    String listen = "127.0.0.1:" + agent;
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      String servers = broker.bootstrapServers();
      Installation installed = install(inImage, servers, listen);
      start("prometheus", Map.of(), prometheus(agent, alertmanager));
      start("alertmanager", Map.of(), alertmanager(alertmanager));
      Instant begin = Instant.now();
      // The agent first: Compose starts both at once, and the topic is the traffic's to create.
      Process running = start(installed, "agent", "run", "--config", installed.config());
      await(begin, "metrics", listen + "/metrics", "gradwatch_build_info");
      start(installed, "traffic", "demo", "--bootstrap-servers", servers);
      Instant traffic = Instant.now();
      await(traffic, "stable", listen + "/metrics", status("stable"));
      await(traffic, "drift", listen + "/metrics", status("drift"));
      await(
          traffic,
          "alert",
          "127.0.0.1:" + alertmanager + "/api/v2/alerts",
          "\"alertname\":\"GradwatchDrift\"");
      await(traffic, "the last look at /healthz", listen + "/healthz", "ok");
      stop(running);
    }
  }

  /**
   * Where the program is.
   *
   * @param program the words that start it
   * @param config the file of its configuration, as it sees it
   */
  private record Installation(List<String> program, String config, Map<String, String> variables) {}

  private Installation install(boolean inImage, String servers, String listen) throws Exception {
    Path config = Files.createDirectory(folder.resolve("config"));
    Files.copy(DEPLOY.resolve("compose/gradwatch.yaml"), config.resolve("gradwatch.yaml"));
    Path state = Files.createDirectory(folder.resolve("state"));
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxrwxrwx"));
    Map<String, String> variables = Map.of("BOOTSTRAP_SERVERS", servers, "LISTEN", listen);
    if (inImage) {
      ImageRoot root = ImageRoot.build(folder.resolve("root"));
      look(root, config, state);
      List<String> program = with(root.locked(config, state, variables), "gradwatch");
      return new Installation(program, "/etc/gradwatch/gradwatch.yaml", Map.of());
    }
    Map<String, String> here = new HashMap<>(variables);
    here.put("STATE_DIR", state.toString());
    here.put("MODELS", Program.home().resolve("demo").toString());
    return new Installation(
        List.of(Program.home().resolve("bin/gradwatch").toString()),
        config.resolve("gradwatch.yaml").toString(),
        here);
  }

  /** The agent below bubblewrap is what is told to stop, and how it ends is how bubblewrap does. */
  private void stop(Process running) throws InterruptedException {
    Instant told = Instant.now();
    running
        .descendants()
        .filter(it -> it.info().command().orElse("").endsWith("/java"))
        .findFirst()
        .orElse(running.toHandle())
        .destroy();
    result.put("exitCode", running.waitFor());
    result.put("secondsToStop", seconds(told));
  }

  private void look(ImageRoot root, Path config, Path state) throws Exception {
    List<String> words = new ArrayList<>(root.locked(config, state, Map.of()));
    words.addAll(
        List.of(
            "sh",
            "-c",
            "id -u; for f in /x /opt/gradwatch/x /opt/libtorch/x /etc/x; do touch $f; done"));
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!said.startsWith("10001\n") || said.split("Read-only file system", -1).length != 5) {
      throw new IllegalStateException("not locked: " + said);
    }
    for (String path : List.of("", "usr", "opt/gradwatch", "opt/libtorch")) {
      result.put("megabytes /" + path, root.kilobytes(path) / 1024);
    }
  }

  private List<String> alertmanager(int port) {
    return List.of(
        "prometheus-alertmanager",
        "--config.file=" + DEPLOY.resolve("compose/alertmanager.yml"),
        "--storage.path=" + folder.resolve("alertmanager"),
        "--cluster.listen-address=",
        "--web.listen-address=127.0.0.1:" + port);
  }

  private List<String> prometheus(int agent, int alertmanager) throws IOException {
    Path file = folder.resolve("prometheus.yml");
    Files.writeString(
        file,
        Files.readString(DEPLOY.resolve("compose/prometheus.yml"))
            .replace("/etc/prometheus/rules", DEPLOY.resolve("prometheus").toString())
            .replace("gradwatch:9464", "127.0.0.1:" + agent)
            .replace("alertmanager:9093", "127.0.0.1:" + alertmanager));
    return List.of(
        "prometheus",
        "--config.file=" + file,
        "--storage.tsdb.path=" + folder.resolve("tsdb"),
        "--web.listen-address=127.0.0.1:" + freePort());
  }

  private static String status(String status) {
    return "gradwatch_drift_status{model=\"digits\",status=\"%s\"} 1.0".formatted(status);
  }

  private static List<String> with(List<String> program, String... arguments) {
    return Stream.concat(program.stream(), Stream.of(arguments)).toList();
  }

  private Process start(Installation installed, String name, String... arguments)
      throws IOException {
    return start(name, installed.variables(), with(installed.program(), arguments));
  }

  private Process start(String name, Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.redirectOutput(folder.resolve(name + ".log").toFile());
    Process process = builder.start();
    processes.push(process);
    return process;
  }

  /** Waits until an address answers with a text, and notes the seconds since a moment. */
  private void await(Instant since, String name, String address, String text) throws Exception {
    Instant end = Instant.now().plus(PATIENCE);
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address)).build();
    while (Instant.now().isBefore(end)) {
      try {
        if (READER.send(request, BodyHandlers.ofString()).body().contains(text)) {
          result.put("seconds to " + name, seconds(since));
          return;
        }
      } catch (IOException e) {
        // not up yet
      }
      Thread.sleep(500);
    }
    try (Stream<Path> logs = Files.list(folder)) {
      for (Path log : logs.filter(it -> it.toString().endsWith(".log")).toList()) {
        System.out.println(log.getFileName() + ":\n" + Files.readString(log));
      }
    }
    throw new IllegalStateException("nothing of %s at %s".formatted(text, address));
  }

  private static long seconds(Instant since) {
    return Duration.between(since, Instant.now()).toSeconds();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void end() throws IOException, InterruptedException {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    new ProcessBuilder("rm", "-rf", folder.toString()).start().waitFor();
  }
}
