package io.gradwatch.hour;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What logs hold beyond what is as it should be: lines counted by what they say but for numbers.
 */
final class LogLines {
  private static final Pattern LINE = Pattern.compile("\\S+Z (\\w+) +(\\S+) - (.*)");
  private static final Pattern TRACE = Pattern.compile("\\s+(at |\\.\\.\\. ).*");
  private static final int WIDTH = 200;

  private LogLines() {}

  /**
   * Warnings, errors and lines of another form, and how many there are of each.
   *
   * @param logs of agents
   */
  static Map<String, Integer> odd(List<Path> logs) throws IOException {
    Map<String, Integer> counts = new TreeMap<>();
    for (Path log : logs) {
      for (String line : Files.readAllLines(log)) {
        Matcher parts = LINE.matcher(line);
        if (line.isBlank() || TRACE.matcher(line).matches()) {
          continue;
        }
        if (!parts.matches()) {
          counts.merge("other: " + general(line.strip()), 1, Integer::sum);
        } else if (parts.group(1).matches("WARN|ERROR")) {
          String what =
              "%s %s: %s".formatted(parts.group(1), parts.group(2), general(parts.group(3)));
          counts.merge(what, 1, Integer::sum);
        }
      }
    }
    return counts;
  }

  private static String general(String message) {
    String general =
        message
            .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID")
            .replaceAll("\\d+", "#");
    return general.length() > WIDTH ? general.substring(0, WIDTH) + "..." : general;
  }
}
