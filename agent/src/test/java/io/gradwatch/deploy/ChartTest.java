package io.gradwatch.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.gradwatch.config.GradwatchConfig;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** The Helm chart, rendered as Helm does and read as a cluster does. */
class ChartTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONFIG =
      "config: {kafka: {bootstrap.servers: 'kafka:9092'}, models: [{name: m, path: /m.pt, topics:"
          + " [t]}]}\n";

  /** What the agent takes to stop at most, as the README promises. */
  private static final int STOP_SECONDS = 10;

  @TempDir private Path folder;

  static List<Path> cases() throws IOException {
    try (Stream<Path> files = Files.list(Chart.FOLDER.resolve("ci"))) {
      return files.sorted().toList();
    }
  }

  /** The chart's own, and that of its images. */
  private static String version() throws IOException {
    return tree(Chart.FOLDER.resolve("Chart.yaml")).get("version").asText();
  }

  private static Chart of(String name) {
    return Chart.render(Chart.FOLDER, Chart.FOLDER.resolve("ci/" + name + ".yaml"));
  }

  private Chart with(String values) throws IOException {
    return Chart.render(
        Chart.FOLDER, Files.writeString(folder.resolve("values.yaml"), CONFIG + values));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void passesHelmsLint(Path values) throws IOException {
    Path copy = copy(folder.resolve("gradwatch"));
    Path defaults = copy.resolve("values.yaml");
    ObjectNode merged = tree(defaults);
    merge(merged, tree(values));
    Files.writeString(defaults, JSON.writeValueAsString(merged));

    LintResult lint = new Helm(copy).lint().strict().call();

    assertThat(lint.isFailed()).as("%s", lint.getMessages()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void keepsThePodsWithinTheRestrictedProfile(Path values) {
    Chart chart = Chart.render(Chart.FOLDER, values);

    for (PodSpec pod : chart.pods()) {
      assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
      assertThat(pod.getSecurityContext().getSeccompProfile().getType())
          .isEqualTo("RuntimeDefault");
      assertThat(pod.getAutomountServiceAccountToken()).isFalse();
      assertThat(pod.getHostNetwork()).isNull();
      assertThat(pod.getVolumes()).noneMatch(volume -> volume.getHostPath() != null);
      assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThan(STOP_SECONDS);
      pod.getContainers().forEach(ChartTest::assertRestricted);
    }
    assertThat(chart.all(ServiceAccount.class))
        .allSatisfy(account -> assertThat(account.getAutomountServiceAccountToken()).isFalse());
  }

  private static void assertRestricted(Container container) {
    SecurityContext context = container.getSecurityContext();
    assertThat(context.getRunAsNonRoot()).isTrue();
    assertThat(context.getRunAsUser()).isPositive();
    assertThat(context.getReadOnlyRootFilesystem()).isTrue();
    assertThat(context.getAllowPrivilegeEscalation()).isFalse();
    assertThat(context.getPrivileged()).isNull();
    assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(context.getCapabilities().getAdd()).isEmpty();
    assertThat(container.getResources().getLimits()).containsKeys("cpu", "memory");
    assertThat(container.getImage()).matches(".+[:@].+").doesNotEndWith(":latest");
    for (Probe probe :
        List.of(
            container.getStartupProbe(),
            container.getLivenessProbe(),
            container.getReadinessProbe())) {
      assertThat(probe.getHttpGet().getPath()).matches("/(healthz|readyz)");
      assertThat(probe.getHttpGet().getPort().getStrVal())
          .isEqualTo(container.getPorts().get(0).getName());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givesTheAgentAConfigurationThatItTakes(Path values) throws IOException {
    Chart chart = Chart.render(Chart.FOLDER, values);
    Map<String, String> files = config(chart);
    String secret = Files.writeString(folder.resolve("secret"), "x").toString();

    assertThat(files).isNotEmpty();
    files.forEach(
        (name, text) -> {
          String local = text.replaceAll("(?<=\\$\\{file:)/run/secrets/gradwatch/[^}]+", secret);
          GradwatchConfig config = GradwatchConfig.parse(local, name, Map.of("HOSTNAME", "pod-0"));
          assertThat(config.models()).extracting("name").containsExactly("fraud");
        });
  }

  /** The ConfigMap of the configuration, which the pods mount by name. */
  private static Map<String, String> config(Chart chart) {
    return chart.all(ConfigMap.class).stream()
        .filter(map -> map.getMetadata().getName().equals("gw-gradwatch"))
        .findFirst()
        .orElseThrow()
        .getData();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void mountsOnlyWhatIsThere(Path values) {
    Chart chart = Chart.render(Chart.FOLDER, values);
    List<String> claims =
        chart.all(StatefulSet.class).stream()
            .flatMap(set -> set.getSpec().getVolumeClaimTemplates().stream())
            .map(claim -> claim.getMetadata().getName())
            .toList();

    for (PodSpec pod : chart.pods()) {
      List<String> volumes = pod.getVolumes().stream().map(it -> it.getName()).toList();
      for (var mount : pod.getContainers().get(0).getVolumeMounts()) {
        assertThat(Stream.concat(volumes.stream(), claims.stream())).contains(mount.getName());
        if (mount.getSubPath() != null) {
          assertThat(config(chart)).containsKey(mount.getSubPath());
        }
      }
    }
  }

  @Test
  void splitsTheRolesIntoWorkloads() {
    Chart chart = of("minimal");

    assertThat(chart.kinds())
        .containsExactlyInAnyOrder(
            "NetworkPolicy",
            "PodDisruptionBudget",
            "PodDisruptionBudget",
            "ServiceAccount",
            "ConfigMap",
            "Service",
            "Deployment",
            "StatefulSet");
    assertThat(arguments(chart.the(Deployment.class).getSpec().getTemplate().getSpec()))
        .endsWith("--roles", "sampling");
    assertThat(arguments(chart.the(StatefulSet.class).getSpec().getTemplate().getSpec()))
        .endsWith("--roles", "importance");
    assertThat(chart.the(StatefulSet.class).getSpec().getVolumeClaimTemplates()).hasSize(1);
    assertThat(config(chart).get("importance.yaml")).contains("instance-id: ${HOSTNAME}");
    assertThat(config(chart).get("sampling.yaml")).doesNotContain("instance-id");
    assertThat(chart.all(PodDisruptionBudget.class))
        .allSatisfy(it -> assertThat(it.getSpec().getMaxUnavailable().getIntVal()).isEqualTo(1));
  }

  private static List<String> arguments(PodSpec pod) {
    return pod.getContainers().get(0).getArgs();
  }

  @Test
  void putsImportanceOnTheGpuNode() throws IOException {
    Chart chart = of("gpu");
    PodSpec pod = chart.the(StatefulSet.class).getSpec().getTemplate().getSpec();
    Container agent = pod.getContainers().get(0);

    assertThat(agent.getResources().getLimits()).containsEntry("nvidia.com/gpu", new Quantity("1"));
    assertThat(agent.getImage()).isEqualTo("gradwatch:" + version() + "-cu128");
    assertThat(pod.getRuntimeClassName()).isEqualTo("nvidia");
    assertThat(pod.getNodeSelector()).containsEntry("nvidia.com/gpu.present", "true");
    assertThat(pod.getTolerations()).extracting("key").containsExactly("nvidia.com/gpu");
    assertThat(agent.getVolumeMounts()).extracting("mountPath").contains("/models");
    PodSpec sampling = chart.the(Deployment.class).getSpec().getTemplate().getSpec();
    assertThat(sampling.getContainers().get(0).getResources().getLimits())
        .doesNotContainKey("nvidia.com/gpu");
    assertThat(sampling.getContainers().get(0).getImage()).isEqualTo("gradwatch:" + version());
    assertThat(sampling.getRuntimeClassName()).isNull();
    assertThat(sampling.getVolumes()).extracting("name").doesNotContain("models");
  }

  @Test
  void takesASliceOfAGpuAndNoClaim() {
    StatefulSet set = of("mig").the(StatefulSet.class);

    assertThat(
            set.getSpec().getTemplate().getSpec().getContainers().get(0).getResources().getLimits())
        .containsKey("nvidia.com/mig-1g.10gb")
        .doesNotContainKey("nvidia.com/gpu");
    assertThat(set.getSpec().getTemplate().getSpec().getRuntimeClassName()).isNull();
    assertThat(set.getSpec().getVolumeClaimTemplates()).isEmpty();
  }

  @Test
  void asksByTlsWhereTheAgentAnswersByTls() {
    Chart chart = of("mig");

    assertThat(chart.pods())
        .allSatisfy(
            pod ->
                assertThat(pod.getContainers().get(0).getLivenessProbe().getHttpGet().getScheme())
                    .isEqualTo("HTTPS"));
    assertThat(chart.the(PodMonitor.class).getSpec().getPodMetricsEndpoints().get(0).getScheme())
        .hasToString("https");
  }

  @Test
  void scalesSamplingByItsLag() {
    Chart keda = of("gpu");
    ScaledObject scaled = keda.the(ScaledObject.class);
    Chart hpa = of("mig");
    HorizontalPodAutoscaler scaler = hpa.the(HorizontalPodAutoscaler.class);

    assertThat(scaled.spec().scaleTargetRef().getName())
        .isEqualTo(keda.the(Deployment.class).getMetadata().getName());
    assertThat(scaled.spec().triggers().get(0).metadata())
        .containsEntry("consumerGroup", "gradwatch-sampling")
        .containsEntry("lagThreshold", "100000");
    assertThat(scaler.getSpec().getScaleTargetRef().getName())
        .isEqualTo(hpa.the(Deployment.class).getMetadata().getName());
    assertThat(scaler.getSpec().getMetrics().get(0).getExternal().getTarget().getAverageValue())
        .isEqualTo(new Quantity("100000"));
    // The scaler decides on the replicas: an upgrade must not set them back.
    assertThat(keda.the(Deployment.class).getSpec().getReplicas()).isNull();
    assertThat(hpa.the(Deployment.class).getSpec().getReplicas()).isNull();
  }

  @Test
  void letsNobodyInButReadersAndOutButToTheBroker() {
    NetworkPolicy policy = of("gpu").the(NetworkPolicy.class);

    assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
    assertThat(policy.getSpec().getIngress()).hasSize(1);
    assertThat(policy.getSpec().getIngress().get(0).getFrom()).hasSize(1);
    assertThat(policy.getSpec().getEgress().stream().flatMap(rule -> rule.getPorts().stream()))
        .extracting(port -> port.getPort().getIntVal())
        .containsExactly(53, 53, 9092, 9093, 9094);
  }

  @Test
  void letsInitContainersOutToTheStorageThatIsNamed() throws IOException {
    Chart chart =
        with(
            """
            models: {initContainers: [{name: fetch, image: 'rclone:1'}]}
            networkPolicy:
              egress:
                - to: [{ipBlock: {cidr: 10.20.0.0/16}}]
                  ports: [{port: 443, protocol: TCP}]
            """);
    var egress = chart.the(NetworkPolicy.class).getSpec().getEgress();

    assertThat(egress).hasSize(3);
    assertThat(egress.get(2).getTo().get(0).getIpBlock().getCidr()).isEqualTo("10.20.0.0/16");
    assertThat(egress.get(2).getPorts().get(0).getPort().getIntVal()).isEqualTo(443);
  }

  @Test
  void mountsInBothRolesWhatBothRead() throws IOException {
    Chart chart =
        with(
            """
            volumes: [{name: schemas, configMap: {name: schemas}}]
            volumeMounts: [{name: schemas, mountPath: /schemas, readOnly: true}]
            """);

    assertThat(chart.pods())
        .hasSize(2)
        .allSatisfy(
            pod -> {
              assertThat(pod.getVolumes()).extracting("name").contains("schemas");
              assertThat(pod.getContainers().get(0).getVolumeMounts())
                  .extracting("mountPath")
                  .contains("/schemas");
            });
  }

  @Test
  void bringsTheRulesAndDashboardsOfTheRepository() throws IOException {
    Chart chart = of("gpu");
    JsonNode rules = tree(Path.of("../deploy/prometheus/gradwatch.rules.yml"));

    JsonNode spec = JSON.valueToTree(chart.the(PrometheusRule.class).getSpec());
    assertThat(spec.at("/groups/0/rules")).hasSameSizeAs(rules.at("/groups/0/rules"));
    for (int i = 0; i < spec.at("/groups/0/rules").size(); i++) {
      assertThat(spec.at("/groups/0/rules/" + i + "/expr").asText())
          .isEqualTo(rules.at("/groups/0/rules/" + i + "/expr").asText());
    }
    Map<String, String> dashboards = new HashMap<>();
    chart.all(ConfigMap.class).stream()
        .filter(map -> map.getMetadata().getLabels().containsKey("grafana_dashboard"))
        .forEach(map -> dashboards.putAll(map.getData()));
    try (Stream<Path> files = Files.list(Path.of("../grafana/dashboards"))) {
      for (Path file : files.toList()) {
        String shipped = dashboards.remove(file.getFileName().toString());
        assertThat(JSON.readTree(shipped)).isEqualTo(JSON.readTree(file.toFile()));
      }
    }
    assertThat(dashboards).isEmpty();
  }

  @Test
  void standsBesideAModelServerInAPodOfAnotherChart() throws IOException {
    Path parent = folder.resolve("parent");
    copy(parent.resolve("charts/gradwatch"));
    Files.createDirectories(parent.resolve("templates"));
    Files.writeString(
        parent.resolve("Chart.yaml"),
        "{apiVersion: v2, name: parent, version: 1.0.0, dependencies: [{name: gradwatch, version: "
            + version()
            + "}]}");
    Files.writeString(
        parent.resolve("templates/pod.yaml"),
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: server}
        spec:
          containers:
            - {name: server, image: "server:1"}
            {{- include "gradwatch.sidecar" .Subcharts.gradwatch | nindent 4 }}
          volumes:
            - {name: kserve-provision-location, emptyDir: {}}
            {{- include "gradwatch.sidecarVolumes" .Subcharts.gradwatch | nindent 4 }}
        """);
    String values = Files.readString(Chart.FOLDER.resolve("ci/sidecar.yaml"));
    values += "importance: {gpu: {enabled: true}}\n";
    Files.writeString(parent.resolve("values.yaml"), "gradwatch:\n" + values.indent(2));

    Chart chart = Chart.render(parent, parent.resolve("values.yaml"));

    assertThat(chart.pods()).isEmpty();
    PodSpec pod = chart.the(Pod.class).getSpec();
    assertRestricted(pod.getContainers().get(1));
    assertThat(pod.getContainers().get(1).getImage()).endsWith("-cu128");
    assertThat(pod.getContainers().get(1).getResources().getLimits()).containsKey("nvidia.com/gpu");
    assertThat(arguments(pod)).isEmpty();
    assertThat(pod.getContainers().get(1).getArgs()).doesNotContain("--roles");
    List<String> volumes = pod.getVolumes().stream().map(it -> it.getName()).toList();
    assertThat(pod.getContainers().get(1).getVolumeMounts())
        .allSatisfy(mount -> assertThat(volumes).contains(mount.getName()));
  }

  /** Left: values. Right: what the refusal names. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "image: {tag: latest} | tag",
        "sampling: {replicas: two} | replicas",
        "sampling: {replica: 2} | replica",
        "sampling: {resources: {limits: {memory: null}}} | memory",
        "sampling: {autoscaling: {kind: lag}} | kind",
        "sampling: {autoscaling: {kind: keda}} | sampling.autoscaling.keda.bootstrapServers",
        "importance: {gpu: {enabled: true, resource: gpu}} | resource",
        "importance: {persistence: {size: 5}} | size",
        "terminationGracePeriodSeconds: 5 | terminationGracePeriodSeconds",
        "networkPolicy: {kafkaPorts: []} | kafkaPorts",
        "models: {volume: []} | volume",
      })
  void refusesValuesThatCannotBeMeant(String values, String named) {
    assertThatThrownBy(() -> with(values)).hasMessageContaining(named);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "config: {} | config.kafka is missing",
        "config: {kafka: {bootstrap.servers: 'a:9092,b:9095'}, models: [{}]} | port 9095, which the"
            + " network policy does not let out",
        "config: {kafka: {a: b}} | config.models is missing",
        "config: {kafka: {a: b}, models: [{}], listen: ':1'} | config.listen is set by the chart",
        "config: {kafka: {a: b}, models: [{}], roles: [sampling]} | config.roles is set by the"
            + " chart",
      })
  void refusesAConfigurationThatIsNotTheirs(String values, String said) throws IOException {
    Path file = Files.writeString(folder.resolve("values.yaml"), values);

    assertThatThrownBy(() -> Chart.render(Chart.FOLDER, file)).hasMessageContaining(said);
  }

  @Test
  void wouldSeeAFieldThatTheClusterDoesNotKnow() {
    String pod =
        "---\napiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, imagePullPolicies: x}]}";

    assertThatThrownBy(() -> Chart.read(pod)).hasMessageContaining("imagePullPolicies");
  }

  private static ObjectNode tree(Path yaml) throws IOException {
    return JSON.valueToTree(new Yaml().load(Files.readString(yaml)));
  }

  private static void merge(ObjectNode into, JsonNode from) {
    from.properties()
        .forEach(
            entry -> {
              if (into.get(entry.getKey()) instanceof ObjectNode inner
                  && entry.getValue().isObject()) {
                merge(inner, entry.getValue());
              } else {
                into.set(entry.getKey(), entry.getValue());
              }
            });
  }

  /** Copies the chart with what its links lead to, as packing it does. */
  private static Path copy(Path target) throws IOException {
    try (Stream<Path> files = Files.walk(Chart.FOLDER, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : files.toList()) {
        Path copy = target.resolve(Chart.FOLDER.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
    return target;
  }
}
