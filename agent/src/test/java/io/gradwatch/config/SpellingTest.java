package io.gradwatch.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {
  private static final List<String> WORDS = List.of("window", "max-window", "samples");

  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "abc, abc, 0",
    "abc, '', 3",
    "kitten, sitting, 3",
    "ab, ba, 1",
    "ca, abc, 3"
  })
  void countsEdits(String from, String to, int edits) {
    assertThat(Spelling.edits(from, to)).isEqualTo(edits);
    assertThat(Spelling.edits(to, from)).isEqualTo(edits);
  }

  @Test
  void findsTheClosestWord() {
    assertThat(Spelling.closest("windwo", WORDS)).contains("window");
    assertThat(Spelling.closest("maxwindow", WORDS)).contains("max-window");
  }

  @Test
  void guessesNothingThatIsFarFromEveryWord() {
    assertThat(Spelling.closest("threads", WORDS)).isEmpty();
  }
}
