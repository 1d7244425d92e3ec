package io.gradwatch;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The repository's documents, taken apart for the tests that hold them against the program. */
final class Documents {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern FENCED = Pattern.compile("(?ms)^ *```(\\w*)\n(.*?)^ *```");

  /** A line of a document, for messages. */
  record Line(String document, String text) {
    @Override
    public String toString() {
      return document + ": " + text;
    }
  }

  private Documents() {}

  /** All of them, in the order of their names. */
  static List<Path> all() throws IOException {
    List<Path> documents = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          // Not even looked into: a build writes there while tests run.
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes unused) {
            boolean other = folder.getFileName().toString().matches("target|src|\\.git");
            return other ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes unused) {
            if (file.getFileName().toString().endsWith(".md")) {
              documents.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return documents.stream().sorted().toList();
  }

  static String name(Path document) {
    return ROOT.relativize(document).toString();
  }

  /** Without what stands in blocks of code. */
  static String prose(String text) {
    return FENCED.matcher(text).replaceAll("");
  }

  /** What a pattern's first group finds in the sentences, each in one line. */
  static List<Line> mentions(Pattern pattern) throws IOException {
    List<Line> mentions = new ArrayList<>();
    for (Path document : all()) {
      pattern
          .matcher(prose(Files.readString(document)))
          .results()
          .map(mention -> mention.group(1).replaceAll("\\s+", " "))
          .forEach(mention -> mentions.add(new Line(name(document), mention)));
    }
    return mentions;
  }

  /**
   * The lines of shell that a document tells people to type, continued ones joined. A first line
   * {@code # needs ...} of a block is added to each of its lines, where they have no remark.
   */
  static List<Line> shell() throws IOException {
    List<Line> commands = new ArrayList<>();
    for (Path document : all()) {
      for (MatchResult block : FENCED.matcher(Files.readString(document)).results().toList()) {
        if (block.group(1).matches("sh|bash|console")) {
          commands.addAll(commands(name(document), block.group(2)));
        }
      }
    }
    return commands;
  }

  private static List<Line> commands(String document, String block) {
    String mark = block.startsWith("# needs ") ? "  " + block.lines().findFirst().orElse("") : "";
    return block
        .replaceAll("\\\\\n\\s*", " ")
        .lines()
        .map(line -> line.strip().replaceFirst("^\\$ ", ""))
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .map(line -> line.replaceFirst("^(sudo( -u \\S+)?|[A-Z_0-9]+=[^\\s\"]+) ", ""))
        .map(line -> line.contains(" # ") ? line : line + mark)
        .map(line -> new Line(document, line))
        .toList();
  }
}
