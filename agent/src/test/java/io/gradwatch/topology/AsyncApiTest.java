package io.gradwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.importance.Tuning;
import io.gradwatch.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

class AsyncApiTest {
  private static final Path SHIPPED = Path.of("src/main/dist/asyncapi.yaml");

  /** Of the AsyncAPI Initiative; see ATTRIBUTION.md beside it. */
  private static final Path SPECIFICATION =
      Path.of("src/test/resources/asyncapi/3.0.0-without-$id.json");

  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode shipped() throws IOException {
    Object yaml = new Yaml().load(Files.readString(SHIPPED));
    return JSON.valueToTree(yaml);
  }

  private static Schema specification() throws IOException {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
        .getSchema(Files.readString(SPECIFICATION));
  }

  @Test
  void documentIsThatOfTheProgram() throws IOException {
    GoldenFile.assertEqual(SHIPPED, new AsyncApiDocument(new RecordComments()).text());
  }

  @Test
  void documentKeepsToTheSpecification() throws IOException {
    JsonNode document = shipped();
    assertThat(specification().validate(document)).isEmpty();

    ((ObjectNode) document.at("/operations/sampling-writes-samples")).put("action", "write");
    assertThat(specification().validate(document)).isNotEmpty();
  }

  @Test
  void refersOnlyToSchemasThatAreShipped() throws IOException {
    List<String> references =
        shipped().at("/channels").findValues("schema").stream()
            .filter(schema -> schema.has("$ref"))
            .map(schema -> schema.path("$ref").asText())
            .toList();

    assertThat(references).hasSameSizeAs(RecordSchemas.RECORDS.keySet());
    assertThat(references).allMatch(file -> Files.exists(SHIPPED.resolveSibling(file)));
  }

  @Test
  void describesWhatTheTopologyWrites() throws IOException {
    try (Metrics metrics = new Metrics();
        DriftDriver drift = new DriftDriver(Traffic.model(), metrics)) {
      Random noise = new Random(3);
      for (int window = 0; window < 80; window++) {
        double level = window < 40 ? 1 : 4;
        drift.outcomes.pipeInput(
            Traffic.MODEL, outcome(window, level + 0.05 * noise.nextGaussian()));
      }
      assertDescribed(drift, "importance", "importance-outcome", 80);
      assertDescribed(drift, "drift", "drift-reading", 80);
      assertDescribed(drift, "alerts", "alert", 2);
      assertDescribed(drift, "baselines", "baseline", 1);
    }
  }

  private static WindowOutcome outcome(int window, double mean) {
    long start = window * Traffic.SIZE;
    return WindowOutcome.computed(
        new ImportanceSnapshot(
            1,
            Traffic.MODEL,
            new ModelVersion("1", "ab".repeat(32)),
            start,
            start + Traffic.SIZE,
            Traffic.K,
            100,
            "",
            new Tuning(1, List.of()),
            0.01,
            "cpu",
            List.of(
                new GroupImportance("w", 1, 1, Map.of("taylor", new Value(mean, null, 1, null))))));
  }

  private static void assertDescribed(DriftDriver drift, String topic, String schema, int least)
      throws IOException {
    List<TestRecord<String, byte[]>> records =
        drift
            .driver
            .createOutputTopic(
                Traffic.TOPICS.prefix() + topic,
                new StringDeserializer(),
                new ByteArrayDeserializer())
            .readRecordsToList();
    assertThat(records).as(topic).hasSizeGreaterThanOrEqualTo(least);
    for (TestRecord<String, byte[]> record : records) {
      assertThat(record.key()).matches(AsyncApiDocument.keys(topic));
      assertThat(RecordSchemasTest.problems(schema, record.value())).isEmpty();
    }
  }
}
