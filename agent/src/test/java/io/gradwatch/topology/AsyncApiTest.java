package io.gradwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.gradwatch.importance.AnySnapshot;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.sample.LabelJson;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.payload.Corpus;
import io.gradwatch.sample.payload.PayloadFormat;
import io.gradwatch.sample.payload.PayloadReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

class AsyncApiTest {
  private static final Path SHIPPED = Path.of("src/main/dist/asyncapi.yaml");

  /** Of the AsyncAPI Initiative; see ATTRIBUTION.md beside it. */
  private static final Path SPECIFICATION =
      Path.of("src/test/resources/asyncapi/3.0.0-without-$id.json");

  private static final Path PAYLOADS = Path.of("src/main/dist/payloads");

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

    try (Stream<Path> payloads = Files.list(PAYLOADS)) {
      assertThat(references).hasSize(RecordSchemas.RECORDS.size() + (int) payloads.count());
    }
    assertThat(references).allMatch(file -> Files.exists(SHIPPED.resolveSibling(file)));
  }

  @Test
  void describesEveryFormatThatIsRead() throws IOException {
    JsonNode messages = shipped().at("/channels/inference/messages");

    assertThat(messages.size()).isEqualTo(PayloadFormat.values().length);
    for (JsonNode message : messages) {
      assertThat(message.path("summary").asText()).isNotEmpty();
    }
  }

  /** What the corpus holds in JSON keeps to the schema of its format. */
  @Test
  void describesTheRequestsThatAreRead() throws IOException {
    int seen = 0;
    for (Corpus.Entry entry : Corpus.entries()) {
      String schema =
          Stream.of("open-inference", "kserve-v1", "mlflow", "json", "cloudevent")
              .filter(name -> entry.name().endsWith(".json") && entry.name().startsWith(name))
              .findFirst()
              .orElse("");
      // CloudEvents in binary mode have another message as their value.
      boolean within = schema.equals("cloudevent") && entry.headers().containsKey("ce_specversion");
      if (!schema.isEmpty() && !within) {
        JsonNode value = JSON.readTree(entry.value());
        assertThat(problems(schema, value)).as(entry.name()).isEmpty();
        seen++;
      }
    }
    assertThat(seen).isGreaterThan(30);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "open-inference | {'inputs':[{'name':'x','datatype':'FP32','data':[1]}]}",
        "open-inference | {'inputs':[{'name':'x','datatype':'FP31','shape':[1],'data':[1]}]}",
        "open-inference | {'inputs':[{'name':'x','datatype':'FP32','shape':[0],'data':[1]}]}",
        "open-inference | {'inputs':[]}",
        "kserve-v1      | {'instances':[]}",
        "kserve-v1      | {'instances':['a']}",
        "mlflow         | {'inputs':[[1]],'dataframe_records':[{'a':1}]}",
        "mlflow         | {'dataframe_split':{'columns':['a','a'],'data':[[1,2]]}}",
        "json           | [[]]",
        "json           | 7",
        "cloudevent     | {'specversion':'1.0','id':'1','source':'/','type':'t'}",
      })
  void schemasRefuseWhatIsRefused(String schema, String json) throws IOException {
    byte[] value = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);

    assertThat(problems(schema, JSON.readTree(value))).isNotEmpty();
    assertThatExceptionOfType(MalformedSampleException.class)
        .isThrownBy(() -> PayloadReader.AUTO.read(value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3              | true",
        "'\"3\"'        | true",
        "'\"0,1,1\"'    | true",
        "[0, 1, 1]      | true",
        "'{\"label\": \"-1e3\"}' | true",
        "'\"yes\"'      | false",
        "{}             | false",
        "[]             | false",
        "'[\"1\"]'      | false",
        "true           | false"
      })
  void describesTheLabelsThatAreRead(String json, boolean good) throws IOException {
    boolean read;
    try {
      read = !LabelJson.parse(json.getBytes(StandardCharsets.UTF_8)).isEmpty();
    } catch (MalformedSampleException e) {
      read = false;
    }

    assertThat(read).isEqualTo(good);
    assertThat(problems("label", JSON.readTree(json)).isEmpty()).isEqualTo(good);
  }

  private static List<String> problems(String schema, JsonNode value) throws IOException {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(Files.readString(PAYLOADS.resolve(schema + ".schema.json")))
        .validate(value)
        .stream()
        .map(Object::toString)
        .toList();
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
        AnySnapshot.of(
            Traffic.MODEL,
            AnySnapshot.VERSION,
            start,
            start + Traffic.SIZE,
            Traffic.K,
            List.of(AnySnapshot.group("w", "taylor", mean))));
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
