package io.gradwatch.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigDocumentTest {
  /** Shipped beside the program, for editors. */
  private static final Path SCHEMA = Path.of("src/main/dist/gradwatch.schema.json");

  private static final Path TABLES = Path.of("src/test/resources/golden/settings.md");

  @Test
  void describesEveryKeyInMarkdown() throws IOException {
    assertGolden(TABLES, ConfigDocument.markdown());
  }

  @Test
  void describesTheFileToEditors() throws IOException {
    assertGolden(SCHEMA, ConfigDocument.jsonSchema());
  }

  @Test
  void knowsTheSameKeysInTheSchemaAsInTheTable() throws IOException {
    JsonNode properties =
        new ObjectMapper().readTree(ConfigDocument.jsonSchema()).at("/properties");

    assertThat(names(properties)).containsExactlyInAnyOrderElementsOf(Keys.FILE.names());
    assertThat(names(properties.at("/models/items/properties")))
        .containsExactlyInAnyOrderElementsOf(Keys.MODELS.names());
    assertThat(names(properties.at("/models/items/properties/inputs/items/properties")))
        .containsExactlyInAnyOrderElementsOf(Keys.INPUTS.names());
    assertThat(names(properties.at("/models/items/properties/periodic/items/properties")))
        .containsExactlyInAnyOrderElementsOf(Keys.PERIODIC.names());
    assertThat(names(properties.at("/models/items/properties/match/items/properties")))
        .containsExactlyInAnyOrderElementsOf(Keys.MATCH.names());
    assertThat(names(properties.at("/models/items/properties/segments/properties")))
        .containsExactlyInAnyOrderElementsOf(Keys.SEGMENTS.names());
  }

  @Test
  void givesEveryDefaultAValueThatItsOwnTypeTakes() {
    for (Table table : Keys.tables()) {
      for (Key<?> key : table.keys()) {
        if (key.fallback() != null) {
          assertThat(key.parse(key.fallback())).as(key.name()).isNotNull();
        }
      }
    }
  }

  private static List<String> names(JsonNode properties) {
    return properties.propertyStream().map(java.util.Map.Entry::getKey).toList();
  }

  private static void assertGolden(Path file, String text) throws IOException {
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
    assertThat(file)
        .as("rewrite it with -Dgolden.rewrite=true and review the difference")
        .hasContent(text);
  }
}
