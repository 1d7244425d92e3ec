package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.drift.DriftKind;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.http.PageData;
import io.gradwatch.report.ModelHistory;
import io.gradwatch.report.ModelList;
import io.gradwatch.report.ModelPictures;
import io.gradwatch.report.ModelReport;
import io.gradwatch.serde.JsonSerde;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the page shows of the running agent. Thread-safe. */
final class AgentPage implements PageData {
  private final ModelReport report;
  private final Supplier<GradwatchConfig> config;
  private final PictureDesk pictures;
  private final ReportDesk reports;
  private final InstantSource clock;

  AgentPage(
      ModelReport report,
      Supplier<GradwatchConfig> config,
      PictureDesk pictures,
      ReportDesk reports,
      InstantSource clock) {
    this.report = report;
    this.config = config;
    this.pictures = pictures;
    this.reports = reports;
    this.clock = clock;
  }

  @Override
  public byte[] models() {
    return json(ModelList.class, ModelList.of(report.readings(), clock.millis()));
  }

  @Override
  public byte @Nullable [] model(String model, String kind) {
    return reading(model, kind)
        .map(last -> json(ModelHistory.class, ModelHistory.of(last, report.history())))
        .orElse(null);
  }

  @Override
  public byte @Nullable [] pictures(String model, String kind, @Nullable Unit unit) {
    return settings(model)
        .flatMap(known -> reading(model, kind).map(last -> look(known, last, unit)))
        .map(found -> json(ModelPictures.class, found))
        .orElse(null);
  }

  @Override
  public @Nullable Report report(String model) {
    return settings(model)
        .flatMap(
            known ->
                reading(model, DriftKind.TRAFFIC.name()).map(last -> reports.look(known, last)))
        .orElse(null);
  }

  private Optional<ModelSettings> settings(String model) {
    return config.get().models().stream().filter(known -> known.name().equals(model)).findFirst();
  }

  private ModelPictures look(ModelSettings model, DriftReading last, @Nullable Unit unit) {
    return unit == null ? pictures.look(model, last) : pictures.look(model, last, unit);
  }

  private Optional<DriftReading> reading(String model, String kind) {
    return report.readings().stream()
        .filter(last -> last.model().equals(model) && last.kind().name().equals(kind))
        .findFirst();
  }

  private static <T> byte[] json(Class<T> type, T value) {
    try (JsonSerde<T> serde = new JsonSerde<>(type)) {
      return Objects.requireNonNull(serde.serializer().serialize("", value));
    }
  }
}
