package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.topology.StreamModel;
import java.util.List;
import java.util.Properties;

/** What the agent makes its sampling application of, for benchmarks that run it alone. */
public final class SamplingParts {
  private SamplingParts() {}

  public static Properties properties(GradwatchConfig config, String applicationId) {
    return StreamsProperties.sampling(config, applicationId);
  }

  public static List<StreamModel> models(GradwatchConfig config) {
    return StreamModels.of(config);
  }
}
