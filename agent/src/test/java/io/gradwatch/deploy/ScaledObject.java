package io.gradwatch.deploy;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.autoscaling.v2.CrossVersionObjectReference;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** KEDA's object, as far as the chart writes it: no library on Maven Central has its types. */
record ScaledObject(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {
  record Spec(
      CrossVersionObjectReference scaleTargetRef,
      int minReplicaCount,
      int maxReplicaCount,
      Advanced advanced,
      List<Trigger> triggers) {}

  record Advanced(Behavior horizontalPodAutoscalerConfig) {}

  record Behavior(HorizontalPodAutoscalerBehavior behavior) {}

  record Trigger(
      String type, Map<String, String> metadata, @Nullable Authentication authenticationRef) {}

  record Authentication(String name) {}
}
