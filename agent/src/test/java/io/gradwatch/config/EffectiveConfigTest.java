package io.gradwatch.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EffectiveConfigTest {
  private static final String FILE =
      """
      kafka:
        bootstrap.servers: ${BROKER:localhost}:9093
        sasl.jaas.config: ${JAAS}
        config.providers: file, env
        client.dns.lookup: "#odd: value"
      duty-cycle: ${DUTY}
      http:
        username: prometheus
        password: ${HTTP}
        tls-keystore: /etc/http.p12
        tls-keystore-password: plain-marker
      models:
        - name: fraud
          path: ${file:%s}
          topics: a.b, c-d
          window: 1m
          grace: 4s
          outputs: probabilities
          match:
            - {key: ["x: y", "z, 1"]}
          segments: {header: region, values: [eu, us]}
          periodic:
            - {method: attribution, every: 3}
        - name: slow
          path: m.pt
          topics-regex: "inference[.].*"
          window: 1d
          device: cpu
          inputs:
            - {name: x, shape: [-1, 4], mean: [0.5]}
      """;

  private static final Map<String, String> ENVIRONMENT =
      Map.of("JAAS", "jaas-marker", "DUTY", "20%", "HTTP", "http-marker");

  @TempDir private Path folder;

  private EffectiveConfig effective() throws IOException {
    Path secret = Files.writeString(folder.resolve("path"), "file-marker.pt\n");
    return EffectiveConfig.parse(FILE.formatted(secret), "gradwatch.yaml", ENVIRONMENT);
  }

  @Test
  void printsWhatIsReadAsTheSameConfiguration() throws IOException {
    EffectiveConfig effective = effective();

    String shown = effective.yaml();
    GradwatchConfig again =
        GradwatchConfig.parse(shown.replace("path: \"***\"", "path: file-marker.pt"), "", Map.of());
    assertThat(again.models()).isEqualTo(effective.config().models());
    assertThat(again.worker()).isEqualTo(effective.config().worker());
    assertThat(again.kafka().values())
        .containsEntry("client.dns.lookup", "#odd: value")
        .hasSameSizeAs(effective.config().kafka().values());
    assertThat(again.roles()).isEqualTo(effective.config().roles());
    assertThat(again.listen()).isEqualTo(effective.config().listen());
    assertThat(again.toString().replaceAll("HttpSettings\\[.*?]", ""))
        .isEqualTo(effective.config().toString().replaceAll("HttpSettings\\[.*?]", ""));
  }

  @Test
  void masksSecretsAndWhateverComesFromFiles() throws IOException {
    EffectiveConfig effective = effective();

    for (String text : List.of(effective.yaml(), effective.json())) {
      assertThat(text)
          .doesNotContain("marker")
          .contains("${JAAS}", "${HTTP}", "${BROKER}", "localhost:9093");
    }
    JsonNode path = json(effective).at("/models/0/path");
    assertThat(path.get("value").asText()).isEqualTo("***");
    assertThat(path.get("masked").asBoolean()).isTrue();
  }

  @Test
  void showsEveryKeyOfEverySectionThatIsThere() throws IOException {
    JsonNode settings = json(effective());

    assertThat(names(settings))
        .containsExactlyElementsOf(names(Keys.FILE, "kafka", "http", "models"));
    assertThat(names(settings.get("http"))).containsExactlyElementsOf(names(Keys.HTTP));
    assertThat(names(settings.at("/models/0")))
        .containsExactlyElementsOf(names(Keys.MODELS, "periodic", "match", "segments"));
    assertThat(names(settings.at("/models/0/match/0")))
        .containsExactlyElementsOf(names(Keys.MATCH));
    assertThat(names(settings.at("/models/1/inputs/0")))
        .containsExactlyElementsOf(names(Keys.INPUTS));
  }

  @Test
  void saysWhereEachValueComesFrom() throws IOException {
    JsonNode settings = json(effective());

    assertThat(settings.get("duty-cycle").toString())
        .isEqualTo(
            "{\"value\":\"20%\",\"source\":\"file\",\"line\":6,\"references\":[\"${DUTY}\"],\"default\":\"0.1\"}");
    assertThat(settings.at("/roles/source").asText()).isEqualTo("default");
    assertThat(settings.at("/roles/value")).hasSize(2);
    assertThat(settings.at("/instance-id").toString())
        .isEqualTo("{\"value\":null,\"source\":\"none\",\"default\":\"none\"}");
  }

  @Test
  void worksOutWhatFollowsFromOtherKeys() throws IOException {
    JsonNode models = json(effective()).get("models");

    assertDerived(models.at("/0/max-future-skew"), "4s");
    assertDerived(models.at("/0/max-window"), "6h");
    assertDerived(models.at("/0/served-outputs"), "probabilities");
    assertDerived(models.at("/0/device"), "auto");
    assertDerived(models.at("/1/max-future-skew"), "10s");
    assertDerived(models.at("/1/max-window"), "1d");
    assertThat(models.at("/1/device/source").asText()).isEqualTo("file");
  }

  private static void assertDerived(JsonNode setting, String value) {
    assertThat(setting.get("source").asText()).isEqualTo("derived");
    assertThat(setting.get("value").asText()).isEqualTo(value);
  }

  private static JsonNode json(EffectiveConfig effective) throws IOException {
    return new ObjectMapper().readTree(effective.json()).get("settings");
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<String> names(Table table, String... children) {
    List<String> names = new ArrayList<>(table.keys().stream().map(Key::name).toList());
    names.addAll(List.of(children));
    return names;
  }
}
