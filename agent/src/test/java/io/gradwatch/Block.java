package io.gradwatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A part of a page that is computed: between {@code <!-- name:begin -->} and its end. */
public final class Block {
  private Block() {}

  /** Compares it, or rewrites it when the system property golden.rewrite is true. */
  public static void check(Path page, String name, String expected) throws IOException {
    String begin = "<!-- %s:begin -->\n".formatted(name);
    String end = "<!-- %s:end -->".formatted(name);
    Pattern block = Pattern.compile("(?s)(?<=" + begin + ").*?(?=" + end + ")");
    if (Boolean.getBoolean("golden.rewrite")) {
      String text = Files.readString(page);
      Files.writeString(page, block.matcher(text).replaceFirst(Matcher.quoteReplacement(expected)));
    }
    assertThat(block.matcher(Files.readString(page)).results().map(MatchResult::group))
        .as("%s in %s; rewrite with -Dgolden.rewrite=true and review the difference", name, page)
        .containsExactly(expected);
  }
}
