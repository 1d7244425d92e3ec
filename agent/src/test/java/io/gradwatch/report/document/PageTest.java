package io.gradwatch.report.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PageTest {
  @ParameterizedTest
  @MethodSource("io.gradwatch.report.document.NarrativeTest#stories")
  void aPageIsWholeAndNeedsNothingFromOutside(String story) {
    // When
    String html = page(NarrativeTest.seen(story)).html();

    // Then
    assertThat(html)
        .startsWith("<!doctype html>")
        .contains("</html>", "Glossary", "Method and limits", "Numbers in this report")
        .doesNotContain("<script", "{{", "NaN", "Infinity")
        .doesNotContainPattern("(src|href)=\"(http|//)")
        .doesNotContainPattern("url\\(|@import");
  }

  @ParameterizedTest
  @MethodSource("io.gradwatch.report.document.NarrativeTest#stories")
  void everyNumberOfASentenceLeadsToItsRow(String story) {
    String html = page(NarrativeTest.seen(story)).html();

    Matcher links = Pattern.compile("href=\"#([^\"]+)\"").matcher(html);
    int found = 0;
    while (links.find()) {
      assertThat(html).contains("id=\"" + links.group(1) + "\"");
      found++;
    }
    assertThat(found).isPositive();
  }

  @Test
  void showsWhatTheTopicHasOfFeaturesAndSamples() {
    Observations seen =
        new Seen().inputsMoved(46).withExamples().quiet(9).drift(6).attribution().observations();

    String html = page(seen).html();

    assertThat(html)
        .contains("What the predictions hang on", "amount[0]", "20 % → 70 %")
        .contains("requests-3@4711", "requests-0@12[2]", "fc2.weight[3, 7]")
        .contains("show-samples: true")
        .contains("a|&lt;b&gt;&#x60;17&#x60;")
        .doesNotContain("<b>");
  }

  @Test
  void showsValuesOnlyWhereTheyWereGiven() {
    Observations seen = new Seen().inputsMoved(46).withExamples().quiet(9).drift(6).observations();

    Report report =
        Report.of(
            seen,
            "0",
            null,
            null,
            sample ->
                sample.id() == null
                    ? Example.Seen.EXPIRED
                    : new Example.Seen("x: 0.1", "data:image/png;base64,AA", null));

    assertThat(Page.of(report).html())
        .contains("x: 0.1", "expired", "src=\"data:image/png;base64,AA\"")
        .doesNotContain("show-samples: true");
    assertThat(Page.of(report).markdown()).contains("`expired`");
  }

  @Test
  void markdownKeepsHostileIdsInTheirCells() {
    Observations seen = new Seen().inputsMoved(46).withExamples().quiet(9).drift(6).observations();

    assertThat(page(seen).markdown())
        .contains("# fraud: The model relies on other parts, and its inputs moved")
        .contains("| `requests-3@4711` | `a\\|&lt;b>'17'` | 5.0 % |")
        .contains("matters **2.3** times as much");
  }

  private static Page page(Observations seen) {
    return Page.of(Report.of(seen, "0", null, null, sample -> null));
  }
}
