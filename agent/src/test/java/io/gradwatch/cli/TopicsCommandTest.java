package io.gradwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradwatch.Block;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;

/** What a configuration needs at the broker, printed without one; and the configuration itself. */
class TopicsCommandTest {
  private static final Path SECURITY = Path.of("../deploy/SECURITY.md");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private Path config;

  @BeforeEach
  void write() throws IOException {
    config =
        Files.writeString(
            folder.resolve("gradwatch.yaml"),
            """
            kafka:
              bootstrap.servers: kafka:9093
              ssl.key.password: secret-marker
              topic.min.insync.replicas: 2
            models:
              - name: fraud
                path: model.pt
                topics-regex: inference[.].*
            """);
  }

  private String print(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-c", config.toString()));
    StringWriter out = new StringWriter();
    int code =
        new CommandLine(new TopicsHolder())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(new PrintWriter(out))
            .execute(all.toArray(String[]::new));
    assertThat(code).isZero();
    return out.toString();
  }

  /** The two commands without the program around them. */
  @CommandLine.Command(subcommands = {TopicsCommand.class, ConfigCommand.class})
  static final class TopicsHolder {}

  @Test
  void securityDocumentShowsTheRightsThatTheCommandPrints() throws IOException {
    Block.check(SECURITY, "acls", "```sh\n" + print("topics", "--acls") + "```\n");
  }

  @Test
  void commandsAndJsonAndManifestsNameTheSameTopics() throws IOException {
    Set<String> commands = new HashSet<>();
    print("topics", "--print")
        .lines()
        .filter(line -> line.startsWith("$topics --create"))
        .forEach(line -> commands.add(line.replaceAll(".* --topic (\\S+) .*", "$1")));
    Set<String> objects = new HashSet<>();
    for (String line : print("topics", "--print", "--format", "json").lines().toList()) {
      JsonNode topic = JSON.readTree(line);
      objects.add(topic.get("name").asText());
      boolean isChangelog = topic.get("isChangelog").asBoolean();
      assertThat(topic.at("/settings/max.message.bytes").asInt()).isGreaterThan(1 << 20);
      assertThat(topic.at("/settings/min.insync.replicas").asText())
          .isEqualTo(isChangelog ? "2" : "");
    }
    Set<String> manifests = new HashSet<>();
    for (Object manifest : new Yaml().loadAll(print("topics", "--print", "--format", "strimzi"))) {
      JsonNode topic = JSON.valueToTree(manifest);
      assertThat(topic.get("kind").asText()).isEqualTo("KafkaTopic");
      manifests.add(topic.at("/spec/topicName").asText());
    }

    assertThat(objects).hasSizeGreaterThan(15).isEqualTo(commands).isEqualTo(manifests);
    assertThat(objects)
        .contains("gradwatch.samples", "gradwatch-importance-drift-states-changelog");
  }

  @Test
  void aRoleHasOnlyWhatItUses() {
    assertThat(print("topics", "--print", "--roles", "sampling").lines())
        .filteredOn(line -> line.startsWith("$topics"))
        .hasSize(2)
        .noneMatch(line -> line.contains("changelog"));
    assertThat(print("topics", "--acls", "--roles", "sampling", "--principal", "sampling=User:a"))
        .contains("--allow-principal User:a ")
        .doesNotContain("gradwatch-importance");
  }

  @Test
  void onePrincipalForBothRolesHasEachRightOnce() throws IOException {
    String printed =
        print(
            "topics",
            "--acls",
            "--format",
            "json",
            "--principal",
            "sampling=User:a",
            "--principal",
            "importance=User:a");

    JsonNode rights = JSON.readTree(printed);
    Set<JsonNode> needed = new HashSet<>();
    rights.get("needed").forEach(right -> assertThat(needed.add(right)).isTrue());
    assertThat(needed).hasSizeGreaterThan(12);
  }

  @Test
  void manifestsOfUsersGrantWhatTheCommandsGrant() {
    int grants = 0;
    for (Object manifest : new Yaml().loadAll(print("topics", "--acls", "--format", "strimzi"))) {
      JsonNode user = JSON.valueToTree(manifest);
      grants += user.at("/spec/authorization/acls").size();
    }
    assertThat((long) grants)
        .isEqualTo(
            print("topics", "--acls").lines().filter(line -> line.startsWith("$acl ")).count());
  }

  @Test
  void theConfigurationIsPrintedWithoutItsSecretsAndChecked() throws IOException {
    assertThat(print("config", "--print"))
        .contains("min-effect: 10%", "ssl.key.password: \"***\"")
        .doesNotContain("secret-marker");
    assertThat(JSON.readTree(print("config", "--print", "--format", "json")).at("/settings/models"))
        .hasSize(1);
    assertThat(print("config", "--check")).endsWith("valid, 1 model(s)" + System.lineSeparator());
  }
}
