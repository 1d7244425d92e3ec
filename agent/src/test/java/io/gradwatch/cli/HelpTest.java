package io.gradwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;

/** The help of every command says what it does, how it ends, and shows a call that works. */
class HelpTest {
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  static Stream<String> commands() {
    List<String> names = new ArrayList<>();
    collect(Main.commandLine(), names);
    return names.stream();
  }

  private static void collect(CommandLine command, List<String> names) {
    names.add(command.getCommandSpec().qualifiedName());
    command.getSubcommands().values().forEach(sub -> collect(sub, names));
  }

  private static CommandLine find(String name) {
    CommandLine command = Main.commandLine();
    for (String word : name.split(" ", -1)) {
      command = command.getSubcommands().getOrDefault(word, command);
    }
    return command;
  }

  private static List<String> examples(String name) {
    return Arrays.stream(find(name).getCommandSpec().usageMessage().footer())
        .map(String::strip)
        .filter(line -> line.startsWith("gradwatch "))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void fitsAScreenAndSaysHowItEnds(String name) {
    String help = find(name).getUsageMessage(Ansi.OFF);

    assertThat(help.lines()).allMatch(line -> line.length() <= 80);
    // A longer example would be broken in the middle.
    assertThat(examples(name)).allMatch(line -> line.length() <= 78);
    assertThat(find(name).getCommandSpec().usageMessage().description()).isNotEmpty();
    assertThat(help).contains("Exit codes:", "  2   wrong usage or configuration");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void saysWhatEveryOptionIs(String name) {
    for (OptionSpec option : find(name).getCommandSpec().options()) {
      assertThat(String.join("", option.description())).as(option.longestName()).isNotBlank();
      // Where the default is left out of the description, nobody learns it.
      if (option.defaultValue() != null && !option.defaultValue().equals("0")) {
        assertThat(String.join("", option.description()))
            .as(option.longestName())
            .contains("default:");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void showsCallsThatParse(String name) {
    assertThat(examples(name)).isNotEmpty().anyMatch(line -> line.startsWith(name));
    for (String example : examples(name)) {
      List<String> words = new ArrayList<>();
      Matcher matcher = WORD.matcher(example.substring("gradwatch ".length()));
      while (matcher.find() && !matcher.group().equals(">")) {
        words.add(matcher.group(1) == null ? matcher.group() : matcher.group(1));
      }
      assertThatCode(() -> Main.commandLine().parseArgs(words.toArray(String[]::new)))
          .as(example)
          .doesNotThrowAnyException();
    }
  }
}
