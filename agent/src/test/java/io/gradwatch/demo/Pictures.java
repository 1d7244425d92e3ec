package io.gradwatch.demo;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.gradwatch.agent.Chromium;
import io.gradwatch.agent.Program;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * Every picture of the repository, of one run of the demonstration while it drifts: {@code ./mvnw
 * -q -Pbench -Dbench=pictures}, four to eight minutes. They are what to look at after every change
 * of the page, the report or a dashboard. grafana/README.md says how dashboards are drawn.
 */
public final class Pictures {
  private static final int[] WIDTHS = {1600, 1000};
  private static final int PHONE = 390;
  private static final List<ColorScheme> SCHEMES = List.of(ColorScheme.LIGHT, ColorScheme.DARK);
  private static final Path GRAFANA = Path.of("../grafana").toAbsolutePath().normalize();
  private static final Path DEPLOY = Path.of("../deploy");
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** Windows of drift, so that effects are those of windows that were not chosen. */
  private static final int DRIFT_WINDOWS = 20;

  /** What of a report fits the screen: its summary and its first chart. */
  private static final int REPORT_TOP = 1_440;

  private static final Pattern BROKER = Pattern.compile("A broker at (\\S+) holds");
  private static final Pattern DRIFT = Pattern.compile("(?m)^\\S+ +digits +\\d+ +DRIFT ");

  /** What the documents show, by where it lies. */
  private static final Map<Path, String> SHOWN =
      Map.of(
          GRAFANA.resolve("fleet.png"), "fleet-1600-dark",
          GRAFANA.resolve("model.png"), "model-1600-dark",
          GRAFANA.resolve("agent.png"), "agent-1600-dark",
          DEPLOY.resolve("page.png"), "page-1600-light",
          DEPLOY.resolve("report.png"), "report-1000-light");

  private final Path folder;
  private final Chromium chromium;
  private final List<String> missing = new ArrayList<>();

  private Pictures(Path folder, Chromium chromium) {
    this.folder = folder;
    this.chromium = chromium;
  }

  /**
   * Takes them, and says what could not be taken and why.
   *
   * @param folder that gets WHAT-WIDTH-SCHEME.png
   * @param renderer command line that draws dashboards; empty for Grafana in Docker
   * @param rewrite whether those that the documents show are replaced
   * @return whether all were taken
   */
  public static boolean take(Path folder, String renderer, boolean rewrite) throws Exception {
    Files.createDirectories(folder);
    Path directory = Files.createTempDirectory("gradwatch-pictures-");
    try (Chromium chromium = Chromium.start()) {
      Pictures pictures = new Pictures(folder, chromium);
      pictures.takeAll(directory, renderer);
      pictures.reduce();
      if (rewrite) {
        pictures.rewrite();
      }
      System.out.println("The pictures are in " + folder.toAbsolutePath());
      pictures.missing.forEach(System.err::println);
      return pictures.missing.isEmpty();
    } catch (TestAbortedException e) {
      System.err.println("No picture was taken: " + e.getMessage());
      return false;
    } finally {
      EmbeddedBroker.delete(directory);
    }
  }

  private void takeAll(Path directory, String renderer) throws Exception {
    DemoHome home = DemoHome.in(directory);
    int port = Monitoring.freePort();
    Path log = directory.resolve("demo.log");
    Instant start = Instant.now();
    try (Program demo =
            Program.start(log, List.of(), home.environment(), "demo", "--port=" + port);
        Monitoring monitoring = monitoring(directory, port, demo)) {
      awaitDrift(demo);
      pages(port);
      report(directory, home, demo, port);
      if (monitoring != null) {
        dashboards(directory, renderer, monitoring.port(), start);
      }
    }
  }

  private @Nullable Monitoring monitoring(Path directory, int agent, Program demo)
      throws IOException {
    if (Monitoring.missing().isEmpty()) {
      return new Monitoring(directory, List.of(agent), Duration.ofSeconds(1), demo::isAlive);
    }
    missing.add("No dashboard was drawn: needs Debian's package " + Monitoring.missing());
    return null;
  }

  private static void awaitDrift(Program demo) throws IOException, InterruptedException {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (DRIFT.matcher(demo.output()).results().count() < DRIFT_WINDOWS) {
      if (!demo.isAlive() || Instant.now().isAfter(deadline)) {
        throw new IllegalStateException(
            "the demonstration does not come to its drift:\n" + demo.output());
      }
      Thread.sleep(500);
    }
  }

  private void pages(int port) {
    for (ColorScheme scheme : SCHEMES) {
      for (int width : new int[] {WIDTHS[0], WIDTHS[1], PHONE}) {
        Page page = chromium.page(width, 900, scheme);
        page.navigate("http://127.0.0.1:" + port + "/");
        page.locator(".samples img").first().waitFor();
        page.locator(".layer img").first().waitFor();
        shoot(page, file("page", width, scheme));
      }
    }
    for (ColorScheme scheme : SCHEMES) {
      unit(chromium.page(WIDTHS[1], 900, scheme), port, file("unit", WIDTHS[1], scheme));
    }
  }

  /** The part of the page that shows what drives a unit of the first layer. */
  private static void unit(Page page, int port, Path png) {
    page.navigate("http://127.0.0.1:" + port + "/");
    Locator samples = page.locator(".samples").first();
    samples.locator("img").first().waitFor();
    samples.locator("select").selectOption("conv1.weight");
    samples.locator("input").fill("6");
    page.keyboard().press("Tab");
    samples.locator(".weights img").waitFor();
    samples.locator("ol img").first().waitFor();
    samples.screenshot(new Locator.ScreenshotOptions().setPath(png));
    page.context().close();
  }

  /** By the command that a user gives, of the topics of this run. */
  private void report(Path directory, DemoHome home, Program demo, int port)
      throws IOException, InterruptedException {
    Matcher broker = BROKER.matcher(demo.output());
    if (!broker.find()) {
      throw new IllegalStateException("the demonstration names no broker:\n" + demo.output());
    }
    Path html = directory.resolve("report.html");
    try (Program program =
        Program.start(
            directory.resolve("report.log"),
            List.of(),
            home.variables(broker.group(1), port),
            "report",
            "--config=" + home.configuration(),
            "--output=" + html)) {
      if (program.exitCode(PATIENCE.toSeconds()) != 0) {
        missing.add("No picture of the report was taken: " + program.output().strip());
        return;
      }
    }
    for (ColorScheme scheme : SCHEMES) {
      for (int width : WIDTHS) {
        Page page = chromium.page(width, 900, scheme);
        page.navigate(html.toUri().toString());
        shoot(page, file("report", width, scheme));
      }
    }
  }

  private void dashboards(Path directory, String renderer, int prometheus, Instant start)
      throws InterruptedException {
    Instant end = Instant.now();
    try (DashboardShots shots =
        renderer.isBlank()
            ? GrafanaShots.start(directory, prometheus, chromium)
            : new RendererShots(renderer, prometheus)) {
      for (String name : List.of("fleet", "model", "agent")) {
        Path json = GRAFANA.resolve("dashboards/gradwatch-" + name + ".json");
        for (ColorScheme scheme : SCHEMES) {
          for (int width : WIDTHS) {
            Path png = file(name, width, scheme).toAbsolutePath();
            String wrong = shots.draw(json, start, end, width, scheme, png);
            wrong.lines().forEach(line -> System.out.println(png.getFileName() + ": " + line));
          }
        }
      }
    } catch (IOException e) {
      missing.add(
          "Not all dashboards were drawn: "
              + e.getMessage()
              + "\nThey are drawn by Grafana in Docker, or by -Dpictures.renderer=COMMAND, see"
              + " grafana/README.md.");
    }
  }

  private static void shoot(Page page, Path png) {
    page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(png));
    page.context().close();
  }

  private Path file(String what, int width, ColorScheme scheme) {
    return folder.resolve(
        "%s-%d-%s.png".formatted(what, width, scheme.name().toLowerCase(Locale.ROOT)));
  }

  /** To 256 colours, a third of the size, where pngquant is installed. */
  private void reduce() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("pngquant", "--force", "--ext=.png", "256"));
    try (Stream<Path> files = Files.list(folder)) {
      files.map(Path::toString).filter(file -> file.endsWith(".png")).forEach(command::add);
    }
    try {
      new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException e) {
      System.out.println("The pictures are as large as they are: pngquant is not installed.");
    }
  }

  private void rewrite() throws IOException {
    for (Map.Entry<Path, String> shown : SHOWN.entrySet()) {
      Path taken = folder.resolve(shown.getValue() + ".png");
      if (!Files.exists(taken)) {
        continue;
      }
      if (shown.getValue().startsWith("report")) {
        BufferedImage whole = ImageIO.read(taken.toFile());
        int height = Math.min(REPORT_TOP, whole.getHeight());
        ImageIO.write(
            whole.getSubimage(0, 0, whole.getWidth(), height), "png", shown.getKey().toFile());
      } else {
        Files.copy(taken, shown.getKey(), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
