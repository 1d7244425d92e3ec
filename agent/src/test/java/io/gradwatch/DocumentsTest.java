package io.gradwatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.Documents.Line;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.CommandSpec;

/** Whatever a document links to exists, and the commands of its sentences do. */
class DocumentsTest {
  private static final Path ROOT = Documents.ROOT;
  private static final Pattern LINK =
      Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)|<(https?:[^>]+)>");
  private static final Pattern INLINE = Pattern.compile("`(gradwatch [^`]+)`");

  static List<Line> links() throws IOException {
    List<Line> links = new ArrayList<>();
    for (Path document : Documents.all()) {
      LINK.matcher(Documents.prose(Files.readString(document)))
          .results()
          .map(link -> link.group(1) == null ? link.group(2) : link.group(1))
          .forEach(link -> links.add(new Line(Documents.name(document), link)));
    }
    return links;
  }

  @ParameterizedTest
  @MethodSource("links")
  void linksOnlyWhatExists(Line link) throws IOException {
    if (link.text().matches("[a-z]+:.*")) {
      // Nothing is fetched: the build needs no network.
      URI address = URI.create(link.text());
      assertThat(address.getScheme()).isIn("https", "http");
      assertThat(address.getHost()).isNotBlank();
      return;
    }
    Path document = ROOT.resolve(link.document());
    String[] parts = link.text().split("#", 2);
    Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
    assertThat(target).startsWith(ROOT).exists();
    if (parts.length > 1) {
      assertThat(anchors(Files.readString(target))).contains(parts[1]);
    }
  }

  /**
   * As GitHub makes them of headings: lower case, without signs, words joined, repeated ones
   * counted.
   */
  private static List<String> anchors(String text) {
    Map<String, Integer> seen = new HashMap<>();
    List<String> anchors = new ArrayList<>();
    Pattern.compile("(?m)^#{1,6} +(.+?) *$")
        .matcher(Documents.prose(text))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .forEach(
            anchor -> {
              int before = seen.merge(anchor, 1, Integer::sum) - 1;
              anchors.add(before == 0 ? anchor : anchor + "-" + before);
            });
    return anchors;
  }

  static List<Line> mentions() throws IOException {
    return Documents.mentions(INLINE);
  }

  /** In a sentence a command may lack what is obvious, but nothing of it is made up. */
  @ParameterizedTest
  @MethodSource("mentions")
  void speaksOnlyOfCommandsAndOptionsThatExist(Line mention) {
    List<CommandSpec> commands = List.of(Commands.program().getCommandSpec());
    for (String word : mention.text().split(" ", -1)) {
      if (word.startsWith("-")) {
        for (String option : word.split("[|=]", -1)) {
          assertThat(commands)
              .as("%s", mention)
              .anyMatch(
                  command -> !option.startsWith("-") || command.optionsMap().containsKey(option));
        }
      } else {
        List<CommandSpec> named = new ArrayList<>();
        for (String alternative : word.split("\\|", -1)) {
          for (CommandSpec command : commands) {
            if (command.subcommands().containsKey(alternative)) {
              named.add(command.subcommands().get(alternative).getCommandSpec());
            }
          }
        }
        commands = named.isEmpty() ? commands : named;
      }
    }
    assertThat(commands).as("%s", mention).allMatch(command -> command.parent() != null);
  }

  @Test
  void theIndexOfTheDeployGuideNamesEveryPage() throws IOException {
    Path guide = ROOT.resolve("deploy");
    String index = Files.readString(guide.resolve("README.md"));

    assertThat(Documents.all())
        .filteredOn(document -> guide.equals(document.getParent()))
        .extracting(document -> document.getFileName().toString())
        .filteredOn(name -> !name.equals("README.md"))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(index).contains(name));
  }
}
