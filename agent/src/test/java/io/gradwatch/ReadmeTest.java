package io.gradwatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.config.ConfigDocument;
import io.gradwatch.metrics.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The README's tables are generated; {@code -Dgolden.rewrite=true} writes them anew. */
class ReadmeTest {
  private static final Path README = Path.of("../README.md");

  @Test
  void listsEverySetting() throws IOException {
    assertTable("config", ConfigDocument.markdown());
  }

  @Test
  void listsEveryMetric() throws IOException {
    assertTable("metrics", Metric.markdown());
  }

  private static void assertTable(String name, String table) throws IOException {
    String begin = "<!-- %s:begin -->\n".formatted(name);
    String end = "<!-- %s:end -->".formatted(name);
    String readme = Files.readString(README);
    int from = readme.indexOf(begin) + begin.length();
    int to = readme.indexOf(end);
    if (Boolean.getBoolean("golden.rewrite")) {
      readme = readme.substring(0, from) + table + readme.substring(to);
      Files.writeString(README, readme);
      to = from + table.length();
    }
    assertThat(readme.substring(from, to)).isEqualTo(table);
  }
}
