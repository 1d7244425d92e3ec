package io.gradwatch.agent;

import io.gradwatch.drift.DriftKind;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.report.document.Observations;
import io.gradwatch.serde.JsonSerde;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Readings in a file, one a line in JSON: what {@code gradwatch backtest --format json} prints, or
 * values of the drift topic.
 */
public final class ReadingsFile {
  /** A backtest counts its windows, and its times are made of that. */
  private static final String NUMBER = "\"window\":";

  private ReadingsFile() {}

  /**
   * Reads them.
   *
   * @param model name of the model that is wanted; null for the only one of the file
   * @throws StartException if the file cannot be read, holds something else, or no reading of that
   *     model
   */
  public static Observations read(Path file, @Nullable String model) {
    List<String> lines = lines(file);
    List<DriftReading> readings = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        readings.add(parse(file, i + 1, lines.get(i)));
      }
    }
    List<String> names = readings.stream().map(DriftReading::model).distinct().toList();
    if (names.isEmpty() || (model != null && !names.contains(model))) {
      throw new StartException(
          "%s holds no reading%s%s"
              .formatted(
                  file,
                  model == null ? "" : " of model '" + model + "'",
                  names.isEmpty() ? "" : ", but of " + String.join(", ", names)));
    }
    if (model == null && names.size() > 1) {
      throw new StartException(
          "%s holds readings of %s; name one with --model"
              .formatted(file, String.join(", ", names)));
    }
    String name = model == null ? names.get(0) : model;
    return new Observations(
        name,
        "file " + file.getFileName(),
        lines.stream().anyMatch(line -> line.startsWith("{" + NUMBER)),
        null,
        null,
        of(readings, name, DriftKind.TRAFFIC),
        of(readings, name, DriftKind.CONCEPT),
        List.of(),
        List.of(),
        new TreeMap<>(),
        0);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      throw new StartException(file + " is no text; " + expected(), e);
    } catch (IOException e) {
      throw new StartException("readings %s cannot be read (%s)".formatted(file, e), e);
    }
  }

  private static List<DriftReading> of(List<DriftReading> all, String model, DriftKind kind) {
    return all.stream()
        .filter(reading -> reading.model().equals(model) && reading.kind() == kind)
        .toList();
  }

  @SuppressWarnings("ConstantValue") // JSON without these fields leaves them null
  private static DriftReading parse(Path file, int line, String text) {
    try (JsonSerde<DriftReading> serde = new JsonSerde<>(DriftReading.class)) {
      DriftReading reading =
          serde.deserializer().deserialize("", text.getBytes(StandardCharsets.UTF_8));
      if (reading != null && reading.format() == DriftReading.FORMAT && reading.status() != null) {
        return reading;
      }
    } catch (SerializationException | NullPointerException e) {
      throw new StartException("%s:%d is no reading; %s".formatted(file, line, expected()), e);
    }
    throw new StartException("%s:%d is no reading; %s".formatted(file, line, expected()));
  }

  private static String expected() {
    return "expected what 'gradwatch backtest --format json' prints, one reading a line";
  }
}
