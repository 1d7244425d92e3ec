package io.gradwatch.agent;

import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.StoredBaseline;
import io.gradwatch.serde.JsonSerde;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Baselines in files: bare ones, as {@code baseline create --output} writes them of a file of
 * samples, and stored ones, as {@code baseline export} does, which also say where they are from.
 */
public final class BaselineFile {
  private static final Pattern STORED = Pattern.compile("\"origin\"\\s*:");

  private BaselineFile() {}

  /**
   * Reads a baseline of either form.
   *
   * @throws StartException if there is none in the file
   */
  public static Baseline read(Path file) {
    byte[] bytes = bytes(file);
    return isStored(bytes)
        ? parse(file, StoredBaseline.class, bytes).baseline()
        : parse(file, Baseline.class, bytes);
  }

  private static boolean isStored(byte[] bytes) {
    return STORED.matcher(new String(bytes, StandardCharsets.UTF_8)).find();
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new StartException(
          "baseline %s does not exist; make one with 'gradwatch baseline create'".formatted(file),
          e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static <T> T parse(Path file, Class<T> type, byte[] bytes) {
    try (JsonSerde<T> serde = new JsonSerde<>(type)) {
      T value = serde.deserializer().deserialize("", bytes);
      if (value == null) {
        throw new SerializationException("it is empty");
      }
      return value;
    } catch (SerializationException e) {
      throw unreadable(file, e);
    }
  }

  private static StartException unreadable(Path file, Exception e) {
    return new StartException(
        "baseline %s cannot be read (%s); make one with 'gradwatch baseline create'"
            .formatted(file, why(e)),
        e);
  }

  /** What a record's own check says, where it was that; else only that it is no such JSON. */
  private static String why(Exception e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof IllegalArgumentException
        ? String.valueOf(root.getMessage())
        : String.valueOf(e.getMessage());
  }
}
