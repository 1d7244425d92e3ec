package io.gradwatch.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** What stands in compose.yaml is Compose's language, complete, and locked down. */
class ComposeTest {
  private static final Path DEPLOY = Path.of("../deploy");

  private static JsonNode read(String file) throws IOException {
    return new ObjectMapper().valueToTree(new Yaml().load(Files.readString(DEPLOY.resolve(file))));
  }

  private static JsonNode services() throws IOException {
    return read("compose.yaml").get("services");
  }

  static List<Map.Entry<String, JsonNode>> service() throws IOException {
    return List.copyOf(services().properties());
  }

  @ParameterizedTest
  @ValueSource(strings = {"compose.yaml", "compose.gpu.yaml"})
  void isComposesLanguage(String file) throws IOException {
    assertThat(problems(read(file))).isEmpty();
  }

  @Test
  void wouldSeeAKeyThatComposeDoesNotKnow() throws IOException {
    JsonNode compose = read("compose.yaml");
    ((ObjectNode) compose.at("/services/gradwatch")).put("readonly", true);

    assertThat(problems(compose))
        .hasToString(
            "[/services/gradwatch: property 'readonly' is not defined in the schema and the schema"
                + " does not allow additional properties]");
  }

  private static List<Error> problems(JsonNode compose) throws IOException {
    // The file names its dialect by an address that is not the standard's, and parts by a word of
    // an older one.
    String schema =
        Files.readString(Path.of("src/test/resources/compose/compose-spec.json"))
            .replace(
                "http://json-schema.org/draft/2019-09/schema#",
                "https://json-schema.org/draft/2019-09/schema")
            .replaceAll("(?m)^ *\"id\": \"[^\"]*\",?\n", "");
    ObjectNode known = compose.deepCopy();
    known.remove("name"); // younger than the schema
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2019_09)
        .getSchema(schema)
        .validate(known.toString(), InputFormat.JSON);
  }

  @ParameterizedTest
  @MethodSource("service")
  void locksEachServiceDown(Map.Entry<String, JsonNode> entry) {
    JsonNode service = entry.getValue();

    assertThat(service.get("image").asText()).matches("[a-z/]+:v?\\d+\\.\\d+\\.\\d+");
    assertThat(service.at("/cap_drop/0").asText()).isEqualTo("ALL");
    assertThat(service.has("cap_add") || service.has("privileged")).isFalse();
    assertThat(service.at("/security_opt/0").asText()).isEqualTo("no-new-privileges:true");
    assertThat(service.get("read_only").asBoolean()).isEqualTo(!entry.getKey().equals("kafka"));
    assertThat(service.at("/deploy/resources/limits").has("cpus")).isTrue();
    assertThat(service.at("/deploy/resources/limits").has("memory")).isTrue();
    assertThat(service.has("healthcheck")).isTrue();
    assertThat(service.get("restart").asText()).isEqualTo("unless-stopped");
    service.path("ports").forEach(port -> assertThat(port.asText()).startsWith("127.0.0.1:"));
  }

  @ParameterizedTest
  @MethodSource("service")
  void mountsOnlyWhatIsThere(Map.Entry<String, JsonNode> entry) throws IOException {
    for (JsonNode volume : entry.getValue().path("volumes")) {
      String source = volume.asText().split(":", 2)[0];
      if (source.startsWith(".")) {
        assertThat(DEPLOY.resolve(source)).exists();
        assertThat(volume.asText()).endsWith(":ro");
      } else {
        assertThat(read("compose.yaml").get("volumes").has(source)).as(source).isTrue();
      }
    }
    JsonNode build = entry.getValue().path("build");
    if (build.isObject()) {
      Path context = DEPLOY.resolve(build.get("context").asText());
      assertThat(context.resolve(build.get("dockerfile").asText())).exists();
    }
  }

  @ParameterizedTest
  @MethodSource("service")
  void waitsOnlyForServicesThatSayHowTheyAre(Map.Entry<String, JsonNode> entry) throws IOException {
    for (Map.Entry<String, JsonNode> other : entry.getValue().path("depends_on").properties()) {
      assertThat(other.getValue().get("condition").asText()).isEqualTo("service_healthy");
      assertThat(services().at("/" + other.getKey() + "/healthcheck").has("test")).isTrue();
    }
  }

  @Test
  void readsFromServicesThatAreThere() throws IOException {
    JsonNode prometheus = read("compose/prometheus.yml");
    Set<String> names = Set.copyOf(service().stream().map(Map.Entry::getKey).toList());

    for (String place :
        List.of(
            "/scrape_configs/0/static_configs/0/targets/0",
            "/alerting/alertmanagers/0/static_configs/0/targets/0")) {
      assertThat(names).contains(prometheus.at(place).asText().split(":", 2)[0]);
    }
    assertThat(prometheus.at("/scrape_configs/0/job_name").asText()).isEqualTo("gradwatch");
    assertThat(services().at("/grafana/environment/PROMETHEUS_URL").asText())
        .isEqualTo("http://prometheus:9090");
    JsonNode alertmanager = read("compose/alertmanager.yml");
    assertThat(alertmanager.at("/receivers/0/name")).isEqualTo(alertmanager.at("/route/receiver"));
  }

  @Test
  void overlaysOnlyServicesThatAreThere() throws IOException {
    assertThat(read("compose.gpu.yaml").get("services").properties())
        .allSatisfy(entry -> assertThat(services().has(entry.getKey())).isTrue());
  }

  /** The demonstration's traffic fits its windows, so both files say the same of the model. */
  @Test
  void watchesTheDemonstrationsModelAsTheDemonstrationDoes() throws IOException {
    Path dist = Path.of("src/main/dist");
    GradwatchConfig config =
        GradwatchConfig.load(
            DEPLOY.resolve("compose/gradwatch.yaml"), Map.of("MODELS", dist.resolve("demo") + ""));
    GradwatchConfig demo =
        GradwatchConfig.load(
            dist.resolve("demo/gradwatch.yaml"),
            Map.of(
                "BOOTSTRAP_SERVERS", "a:1", "STATE_DIR", "s", "HOME_DIR", dist + "", "PORT", "0"));

    assertThat(config.models())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("location.folders")
        .isEqualTo(demo.models());
    assertThat(config.models()).extracting(ModelSettings::name).containsExactly("digits");
  }

  @Test
  void givesEveryFolderOfTheImageThatIsWrittenToAPlace() throws IOException {
    String recipe = Files.readString(DEPLOY.resolve("Dockerfile"));

    for (String name : List.of("gradwatch", "traffic")) {
      JsonNode service = services().get(name);
      assertThat(service.at("/tmpfs/0").asText()).startsWith("/tmp:exec");
    }
    assertThat(recipe).contains("VOLUME /var/lib/gradwatch");
    assertThat(services().at("/gradwatch/volumes"))
        .anyMatch(volume -> volume.asText().endsWith(":/var/lib/gradwatch"));
  }
}
