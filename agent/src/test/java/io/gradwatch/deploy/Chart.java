package io.gradwatch.deploy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/**
 * What a chart renders to, each object read by the type that the cluster has for it; a field that
 * the type does not know is an error.
 *
 * @param objects in the order of the output
 */
record Chart(List<Object> objects) {
  static final Path FOLDER = Path.of("../deploy/helm/gradwatch").toAbsolutePath().normalize();

  private static final Map<String, Class<?>> KINDS =
      Map.ofEntries(
          Map.entry("v1/ConfigMap", ConfigMap.class),
          Map.entry("v1/Pod", Pod.class),
          Map.entry("v1/Secret", Secret.class),
          Map.entry("v1/Service", Service.class),
          Map.entry("v1/ServiceAccount", ServiceAccount.class),
          Map.entry("apps/v1/Deployment", Deployment.class),
          Map.entry("apps/v1/StatefulSet", StatefulSet.class),
          Map.entry("autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
          Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
          Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("keda.sh/v1alpha1/ScaledObject", ScaledObject.class),
          Map.entry("monitoring.coreos.com/v1/PodMonitor", PodMonitor.class),
          Map.entry("monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class));

  /** Fields that a type does not know go to a map of its own otherwise. */
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              })
          .build();

  /**
   * Renders a chart as Helm does.
   *
   * @throws IllegalStateException with Helm's message if it refuses the values
   */
  static Chart render(Path chart, Path values) {
    String text =
        new Helm(chart)
            .template()
            .withName("gw")
            .withNamespace("ml")
            .withKubeVersion("1.31.0")
            .withValuesFile(values)
            .call();
    return read(text.substring(text.indexOf("---\n")));
  }

  static Chart read(String yaml) {
    List<Object> objects = new ArrayList<>();
    for (Object document : new Yaml().loadAll(yaml)) {
      if (document != null) {
        objects.add(typed(STRICT.valueToTree(document)));
      }
    }
    return new Chart(List.copyOf(objects));
  }

  private static Object typed(JsonNode object) {
    String kind = object.path("apiVersion").asText() + "/" + object.path("kind").asText();
    Class<?> type = KINDS.get(kind);
    if (type == null) {
      throw new IllegalArgumentException("no type for " + kind);
    }
    try {
      return STRICT.treeToValue(object, type);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(kind + ": " + e.getOriginalMessage(), e);
    }
  }

  <T> List<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** The only one of its type. */
  <T> T the(Class<T> type) {
    List<T> found = all(type);
    if (found.size() != 1) {
      throw new AssertionError("%d of %s".formatted(found.size(), type.getSimpleName()));
    }
    return found.get(0);
  }

  /** Of all workloads. */
  List<PodSpec> pods() {
    return Stream.concat(
            all(Deployment.class).stream().map(it -> it.getSpec().getTemplate().getSpec()),
            all(StatefulSet.class).stream().map(it -> it.getSpec().getTemplate().getSpec()))
        .toList();
  }

  List<String> kinds() {
    return objects.stream()
        .map(it -> it instanceof HasMetadata object ? object.getKind() : "ScaledObject")
        .toList();
  }
}
