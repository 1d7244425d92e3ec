package io.gradwatch.hour;

import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.options.ColorScheme;
import io.gradwatch.agent.Chromium;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The status page of each agent, open in a browser as on somebody's second screen, reached again
 * after each kill. Callable on any thread; the browser has one of its own.
 */
final class OpenPages implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(15);
  private static final int GLANCE_MILLIS = 500;
  private static final double MIB = 1 << 20;

  private final List<Integer> ports;
  private final Map<String, Integer> complaints = new ConcurrentHashMap<>();
  private final Map<Integer, NavigableMap<Instant, Double>> heaps = new TreeMap<>();
  private final Queue<Path> wanted = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this::run, "gradwatch-pages");
  private volatile boolean closed;

  /** Opens them as soon as their agents answer. */
  OpenPages(List<Integer> ports) {
    this.ports = List.copyOf(ports);
    ports.forEach(port -> heaps.put(port, new ConcurrentSkipListMap<>()));
    thread.setDaemon(true);
    thread.start();
  }

  /** What the pages' consoles said and how often; an agent that is down is not reached. */
  Map<String, Integer> complaints() {
    return new TreeMap<>(complaints);
  }

  /** MiB of each page's objects by time, garbage collected before. */
  Map<Integer, NavigableMap<Instant, Double>> heaps() {
    return heaps;
  }

  /** Takes a picture of each page soon, into files whose names begin so. */
  void picture(Path prefix) {
    wanted.add(prefix);
  }

  private void run() {
    try (Chromium chromium = Chromium.start()) {
      List<Page> pages = new ArrayList<>();
      for (int port : ports) {
        pages.add(open(chromium, port));
      }
      Instant next = Instant.now();
      while (!closed || !wanted.isEmpty()) {
        for (Page page : pages) {
          page.waitForTimeout(GLANCE_MILLIS);
        }
        if (Instant.now().isAfter(next)) {
          next = Instant.now().plus(EVERY);
          measure(pages);
        }
        Path prefix = wanted.poll();
        for (int i = 0; prefix != null && i < pages.size(); i++) {
          Path file = prefix.resolveSibling("%s-%d.png".formatted(prefix.getFileName(), i));
          pages.get(i).screenshot(new Page.ScreenshotOptions().setPath(file).setFullPage(true));
        }
      }
    } catch (RuntimeException e) {
      complain("the browser itself: " + e.getMessage());
    }
  }

  private Page open(Chromium chromium, int port) {
    Page page = chromium.page(1400, 900, ColorScheme.LIGHT);
    page.onConsoleMessage(
        message -> {
          if (message.type().matches("error|warning")) {
            complain("%s: %s".formatted(message.type(), message.text()));
          }
        });
    page.onPageError(error -> complain("exception: " + error));
    while (!closed) {
      try {
        page.navigate("http://127.0.0.1:%d/".formatted(port));
        return page;
      } catch (PlaywrightException e) {
        page.waitForTimeout(GLANCE_MILLIS); // not up yet
      }
    }
    return page;
  }

  private void measure(List<Page> pages) {
    for (int i = 0; i < pages.size(); i++) {
      CDPSession session = pages.get(i).context().newCDPSession(pages.get(i));
      session.send("HeapProfiler.collectGarbage");
      double bytes = session.send("Runtime.getHeapUsage").get("usedSize").getAsDouble();
      heaps.get(ports.get(i)).put(Instant.now(), bytes / MIB);
      session.detach();
    }
  }

  private void complain(String what) {
    complaints.merge(what.replaceAll("127.0.0.1:\\d+", "AGENT"), 1, Integer::sum);
  }

  /** Closes the browser after the pictures that are wanted still, and waits for that. */
  void end() throws InterruptedException {
    closed = true;
    thread.join(Duration.ofMinutes(1).toMillis());
  }

  @Override
  public void close() {
    closed = true;
  }
}
