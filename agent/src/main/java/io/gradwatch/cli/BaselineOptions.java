package io.gradwatch.cli;

import io.gradwatch.agent.BaselineTopic;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.drift.BaselineCatalogue;
import io.gradwatch.drift.BaselineSelection.Decision;
import io.gradwatch.drift.StoredBaseline;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.importance.layout.ModelFile;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The options of commands that look at the baselines of a configured model. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class BaselineOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Mixin private ConfigOption config;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "name of a model in the configuration")
  private String model;

  @Option(
      names = "--model-version",
      paramLabel = "VERSION",
      description =
          "version of the model: its name, or digits of its SHA-256 (default: the deployed one)")
  private @Nullable String version;

  /** A model's baselines, opened. */
  record Opened(GradwatchConfig config, ModelSettings settings, BaselineTopic topic) {
    String model() {
      return settings.name();
    }
  }

  /** Reads the configuration. */
  Opened open() {
    GradwatchConfig loaded = config.load();
    return new Opened(loaded, settings(spec, loaded, model), new BaselineTopic(loaded));
  }

  static ModelSettings settings(CommandSpec spec, GradwatchConfig config, String model) {
    List<String> names = config.models().stream().map(ModelSettings::name).toList();
    int index = names.indexOf(model);
    if (index < 0) {
      throw new ParameterException(
          spec.commandLine(),
          "model '%s' is not in the configuration, which has %s"
              .formatted(model, String.join(", ", names)));
    }
    return config.models().get(index);
  }

  /** The baselines of the version that was named, else of the deployed one. */
  BaselineCatalogue catalogue(Opened opened) {
    List<BaselineCatalogue> all = opened.topic().read(opened.model());
    if (all.isEmpty()) {
      throw new IllegalArgumentException(
          "topic %s holds no baselines of model '%s'%s"
              .formatted(opened.topic().name(), opened.model(), damaged(opened.topic())));
    }
    String wanted = version;
    if (wanted == null) {
      Optional<ModelVersion> deployed = deployed(opened.settings());
      if (deployed.isEmpty()) {
        return all.get(all.size() - 1);
      }
      wanted = deployed.get().sha256();
    }
    for (int i = all.size() - 1; i >= 0; i--) {
      if (names(wanted, all.get(i).version().orElseThrow())) {
        return all.get(i);
      }
    }
    throw new IllegalArgumentException(
        "topic %s holds no baselines of version %s of model '%s'; it has some of %s"
            .formatted(opened.topic().name(), wanted, opened.model(), versions(all)));
  }

  /** All versions that have one with this id; ids of different versions never are the same. */
  BaselineCatalogue holding(Opened opened, String id) {
    List<BaselineCatalogue> holding =
        opened.topic().read(opened.model()).stream()
            .filter(
                catalogue -> catalogue.baselines().stream().anyMatch(b -> b.id().startsWith(id)))
            .toList();
    if (holding.size() != 1) {
      throw new IllegalArgumentException(
          "%s baseline of model '%s' has an id that starts with '%s'; 'gradwatch baseline list' shows them"
              .formatted(holding.isEmpty() ? "no" : "more than one", opened.model(), id));
    }
    return holding.get(0);
  }

  /** A baseline by its id, or the active one. */
  StoredBaseline find(Opened opened, @Nullable String id) {
    return id == null
        ? catalogue(opened)
            .active()
            .orElseThrow(() -> new IllegalArgumentException("no baseline is active yet"))
        : holding(opened, id).find(id);
  }

  /** The version whose file the configuration names; none if it is not on this machine. */
  static Optional<ModelVersion> deployed(ModelSettings settings) {
    try (ModelFile file = ModelFile.open(settings.location())) {
      return Optional.of(file.version());
    } catch (ModelFailureException e) {
      return Optional.empty();
    }
  }

  /** Nobody shall believe that a decision counts which the agent does not look at. */
  static void refuseGivenFile(Opened opened) {
    if (opened.settings().baseline() != null) {
      throw new IllegalArgumentException(
          "the configuration gives model '%s' the baseline %s, which counts whatever is approved; remove its key 'baseline' first"
              .formatted(opened.model(), opened.settings().baseline()));
    }
  }

  static Decision decision(@Nullable String reason) {
    return new Decision(InstantSource.system().millis(), user(), reason);
  }

  static String user() {
    return System.getProperty("user.name", "unknown");
  }

  static String damaged(BaselineTopic topic) {
    return topic.unreadable() == 0
        ? ""
        : " (%d records could not be read)".formatted(topic.unreadable());
  }

  private static boolean names(String wanted, ModelVersion version) {
    return wanted.equals(version.name())
        || wanted.equals(version.toString())
        || version.sha256().startsWith(wanted);
  }

  private static String versions(List<BaselineCatalogue> all) {
    return String.join(
        ", ", all.stream().flatMap(c -> c.version().stream()).map(String::valueOf).toList());
  }
}
