package io.gradwatch.cli;

import java.util.List;

/** A sentence beside its name, over as many lines as it takes. */
final class Hanging {
  private static final int NAME = 13;

  /** Columns of a plain terminal. */
  static final int WIDTH = 80;

  private Hanging() {}

  /** The lines, each after a line break. */
  static String lines(String name, String sentence) {
    StringBuilder text = new StringBuilder();
    StringBuilder line = new StringBuilder("%-13s".formatted(name));
    for (String word : List.of(sentence.split(" "))) {
      if (line.length() + 1 + word.length() > WIDTH) {
        text.append(System.lineSeparator()).append(line);
        line = new StringBuilder(" ".repeat(NAME));
      }
      line.append(' ').append(word);
    }
    return text.append(System.lineSeparator()).append(line).toString();
  }
}
