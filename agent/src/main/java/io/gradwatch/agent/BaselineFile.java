package io.gradwatch.agent;

import io.gradwatch.drift.Baseline;
import io.gradwatch.serde.JsonSerde;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.kafka.common.errors.SerializationException;

/** Baselines in files. */
public final class BaselineFile {
  private BaselineFile() {}

  /**
   * Reads a baseline.
   *
   * @throws StartException if there is none in the file
   */
  public static Baseline read(Path file) {
    try (JsonSerde<Baseline> serde = new JsonSerde<>(Baseline.class)) {
      return serde.deserializer().deserialize("", Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new StartException(
          "baseline %s does not exist; make one with 'gradwatch baseline create'".formatted(file),
          e);
    } catch (IOException | SerializationException e) {
      throw new StartException(
          "baseline %s cannot be read (%s); make one with 'gradwatch baseline create'"
              .formatted(file, e.getMessage()),
          e);
    }
  }
}
