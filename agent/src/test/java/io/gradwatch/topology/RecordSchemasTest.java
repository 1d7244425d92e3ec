package io.gradwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecordSchemasTest {
  private static final Path SHIPPED = Path.of("src/main/dist/schemas");
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What is wrong with a record by the schema that is shipped; empty if nothing is. */
  static List<String> problems(String schema, JsonNode record) throws IOException {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(Files.readString(SHIPPED.resolve(schema + ".schema.json")))
        .validate(record)
        .stream()
        .map(Objects::toString)
        .toList();
  }

  static List<String> problems(String schema, byte[] record) throws IOException {
    return problems(schema, JSON.readTree(record));
  }

  @Test
  void schemasAreThoseOfTheRecordTypes() throws IOException {
    RecordSchemas schemas = new RecordSchemas(new RecordComments());
    for (var record : RecordSchemas.RECORDS.entrySet()) {
      GoldenFile.assertEqual(
          SHIPPED.resolve(record.getKey() + ".schema.json"), schemas.schema(record.getValue()));
    }
    try (Stream<Path> shipped = Files.list(SHIPPED)) {
      assertThat(shipped).hasSameSizeAs(RecordSchemas.RECORDS.keySet());
    }
  }

  @Test
  void sayWhatEveryFieldMeans() throws IOException {
    for (String name : RecordSchemas.RECORDS.keySet()) {
      JsonNode schema = JSON.readTree(SHIPPED.resolve(name + ".schema.json").toFile());
      for (JsonNode properties : schema.findValues("properties")) {
        properties
            .propertyStream()
            .forEach(
                property ->
                    assertThat(property.getValue().path("description").asText())
                        .as(name + " " + property.getKey())
                        .isNotEmpty());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "importance-outcome, outcome-computed",
    "importance-outcome, outcome-compared",
    "importance-outcome, outcome-counted",
    "importance-outcome, outcome-periodic",
    "importance-outcome, outcome-skipped",
    "drift-reading, drift-reading",
    "alert, alert",
    "baseline, stored-baseline",
    "baseline, stored-baseline-counted",
    "baseline-selection, baseline-selection",
  })
  void takeTheRecordsOfThisRelease(String schema, String record) throws IOException {
    assertThat(problems(schema, golden(record))).isEmpty();
  }

  static Stream<String> names() {
    return RecordSchemas.RECORDS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void refuseWhatLacksAFieldOrHasAnotherOne(String schema) throws IOException {
    ObjectNode whole = (ObjectNode) golden(record(schema));
    for (JsonNode required :
        JSON.readTree(SHIPPED.resolve(schema + ".schema.json").toFile()).path("required")) {
      ObjectNode lacking = whole.deepCopy();
      lacking.remove(required.asText());
      assertThat(problems(schema, lacking)).as("without %s", required).isNotEmpty();
    }
    assertThat(problems(schema, whole.deepCopy().put("formatt", 1))).isNotEmpty();
    assertThat(problems(schema, whole.deepCopy().put("format", 2))).isNotEmpty();
  }

  @Test
  void refuseAMissingFieldOfAPart() throws IOException {
    ObjectNode reading = (ObjectNode) golden("drift-reading");
    ((ObjectNode) reading.at("/groups/0")).remove("share");

    assertThat(problems("drift-reading", reading)).isNotEmpty();
  }

  @Test
  void takeASlotWithoutANumberAsJacksonWritesIt() throws IOException {
    ObjectNode baseline = (ObjectNode) golden("stored-baseline");
    ObjectNode scale = (ObjectNode) baseline.at("/baseline/groups/0/scale");

    scale.set("slots", JSON.valueToTree(new double[] {0.5, Double.NaN}));
    assertThat(problems("baseline", JSON.writeValueAsBytes(baseline))).isEmpty();

    scale.putArray("slots").add("none");
    assertThat(problems("baseline", baseline)).isNotEmpty();
  }

  private static String record(String schema) {
    return switch (schema) {
      case "importance-outcome" -> "outcome-computed";
      case "baseline" -> "stored-baseline";
      default -> schema;
    };
  }

  private static JsonNode golden(String record) throws IOException {
    return JSON.readTree(GOLDEN.resolve(record + ".json").toFile());
  }
}
