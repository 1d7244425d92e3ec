package io.gradwatch.bench;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.options.ColorScheme;
import io.gradwatch.agent.Chromium;
import io.gradwatch.demo.Demo;
import io.gradwatch.demo.DemoOptions;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Pictures of the page, of the installed demonstration while it drifts: {@code ./mvnw -q -Pbench
 * -Dbench=page-shots}, three to six minutes. They are what to look at after every change of it.
 */
final class PageShots {
  private static final int[] WIDTHS = {1600, 1000, 390};
  private static final int RATE = 400;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** Windows after the alarm, so that effects are those of windows that were not chosen. */
  private static final int AFTER_MILLIS = 20_000;

  private PageShots() {}

  /**
   * Takes them.
   *
   * @param home of the installation
   * @param folder that gets page-WIDTH-SCHEME.png
   */
  static void take(Path home, Path folder) throws Exception {
    int port = freePort();
    PrintWriter out =
        new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Demo demo = new Demo(home, new DemoOptions(true, false, 0, 0, port, RATE), out);
        Chromium chromium = Chromium.start()) {
      Future<Boolean> running = thread.submit(() -> demo.run(PATIENCE));
      await(chromium, port, running);
      for (int width : WIDTHS) {
        for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
          String name = "page-%d-%s.png".formatted(width, scheme.name().toLowerCase(Locale.ROOT));
          shoot(chromium.page(width, 900, scheme), port, folder.resolve(name));
          System.out.println(folder.resolve(name));
        }
      }
    } finally {
      thread.shutdownNow();
    }
  }

  private static void await(Chromium chromium, int port, Future<Boolean> running) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Page page = chromium.page(1000, 900, ColorScheme.LIGHT);
    while (true) {
      try {
        page.navigate("http://127.0.0.1:" + port + "/");
        page.locator("#models .status.drift")
            .first()
            .waitFor(new Locator.WaitForOptions().setTimeout(5_000));
        break;
      } catch (PlaywrightException e) {
        if (running.isDone() || System.nanoTime() > deadline) {
          throw new IllegalStateException("the demonstration does not come to its drift", e);
        }
      }
    }
    page.waitForTimeout(AFTER_MILLIS);
    page.context().close();
  }

  private static void shoot(Page page, int port, Path file) {
    page.navigate("http://127.0.0.1:" + port + "/");
    page.locator(".samples img").first().waitFor();
    page.locator(".layer img").first().waitFor();
    page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(file));
    page.context().close();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
