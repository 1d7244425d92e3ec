package io.gradwatch.demo;

import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Draws dashboards by a program that somebody else has, called with {@code --dashboard FILE
 * --prometheus URL --from MILLIS --to MILLIS --width PIXELS --theme light|dark --scrape-interval 1s
 * --out PNG}.
 */
final class RendererShots implements DashboardShots {
  private final List<String> command;
  private final int prometheus;

  /**
   * @param command its command line, words separated by spaces
   * @param prometheus port on this machine
   */
  RendererShots(String command, int prometheus) {
    this.command = List.of(command.strip().split(" +", -1));
    this.prometheus = prometheus;
  }

  @Override
  public String draw(
      Path dashboard, Instant from, Instant to, int width, ColorScheme scheme, Path png)
      throws IOException, InterruptedException {
    Files.deleteIfExists(png);
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of("--dashboard", dashboard.toString()));
    words.addAll(List.of("--prometheus", "http://127.0.0.1:" + prometheus));
    words.addAll(List.of("--from", "" + from.toEpochMilli(), "--to", "" + to.toEpochMilli()));
    words.addAll(List.of("--width", "" + width));
    words.addAll(List.of("--theme", scheme.name().toLowerCase(Locale.ROOT)));
    words.addAll(List.of("--scrape-interval", "1s", "--out", png.toString()));
    Path log = Files.createTempFile("gradwatch-renderer-", ".log");
    try {
      int code =
          new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start()
              .waitFor();
      String said = Files.readString(log).strip();
      if (!Files.exists(png)) {
        throw new IOException("%s ended with %d: %s".formatted(command.get(0), code, said));
      }
      return code == 0
          ? ""
          : said.lines()
              .filter(line -> line.startsWith("PROBLEM"))
              .collect(Collectors.joining("\n"));
    } finally {
      Files.delete(log);
    }
  }
}
