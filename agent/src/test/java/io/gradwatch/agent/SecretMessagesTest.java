package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gradwatch.agent.Doctor.Finding;
import io.gradwatch.config.GradwatchConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that cannot even begin, because of what is wrong with a secret. */
class SecretMessagesTest {
  private static final String MARKER = "marker-4d1f";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ssl.keystore.password: MARKER",
        "ssl.truststore.location: FILE\n  ssl.truststore.password: MARKER",
        "ssl.keystore.location: FILE\n  ssl.keystore.password: MARKER\n  ssl.key.password: MARKER",
        "ssl.keystore.type: PEM\n  ssl.keystore.key: MARKER\n  ssl.keystore.certificate.chain: none",
        "ssl.keystore.type: PEM\n  ssl.keystore.key: MARKER\n  ssl.key.password: MARKER",
        "security.protocol: SASL_SSL\n  sasl.jaas.config: MARKER",
        "security.protocol: SASL_SSL\n  sasl.jaas.config: a.B MARKER password='MARKER';",
        "security.protocol: SASL_SSL\n  sasl.jaas.config: a.B required password='MARKER'",
        "security.protocol: SASL_SSL\n  sasl.jaas.config: MARKER required password=\"MARKER\";",
        "security.protocol: MARKER\n  sasl.jaas.config: x y \"MARKER\";",
      })
  void noMessageQuotesIt(String properties) throws Exception {
    Path file = Files.writeString(folder.resolve("store.p12"), "no keystore");
    String kafka = properties.replace("MARKER", MARKER).replace("FILE", file.toString());
    String yaml =
        """
        kafka:
          bootstrap.servers: 127.0.0.1:1
          security.protocol: SSL
          default.api.timeout.ms: 1000
          request.timeout.ms: 500
          %s
        roles: sampling
        listen: 127.0.0.1:0
        state-dir: %s
        models:
          - {name: a, path: a.pt, topics: [t]}
        """
            .formatted(kafka, folder)
            .replace(
                kafka.startsWith("security.protocol") ? "  security.protocol: SSL\n" : "\n\n", "");
    GradwatchConfig config = GradwatchConfig.parse(yaml, "c.yaml", Map.of());

    String doctor =
        Doctor.examine(config).stream().map(Finding::line).collect(Collectors.joining("\n"));

    assertThat(doctor).contains("WRONG   broker: no Kafka ").doesNotContain(MARKER);
    assertThat(config.toString()).doesNotContain("password=" + MARKER);
    assertThatThrownBy(() -> Agent.start(config, InstantSource.system()).close())
        .isInstanceOf(StartException.class)
        .message()
        .doesNotContain(MARKER);
  }
}
