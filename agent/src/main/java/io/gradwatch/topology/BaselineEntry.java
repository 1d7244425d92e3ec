package io.gradwatch.topology;

import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.BaselineSelection;
import io.gradwatch.drift.StoredBaseline;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.serde.JsonSerde;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * A record of the baselines topic: a stored baseline under {@code model/version/id}, or what was
 * decided about them under {@code model/version/selection}; without either it deletes its key.
 *
 * <p>Releases before there were selections wrote bare baselines under {@code model/version}. They
 * are read as made by the agent, and left where they are.
 *
 * @param key of the record
 * @param stored null where it holds none
 * @param selection null where it holds none
 */
public record BaselineEntry(
    String key, @Nullable StoredBaseline stored, @Nullable BaselineSelection selection) {
  private static final Pattern KEY =
      Pattern.compile("(?<model>[^/]+)/(?<version>.+?)(/(?<part>[0-9a-f]{12}|selection))?");
  private static final String SELECTION = "selection";

  /** The record of a baseline. */
  public static BaselineEntry of(StoredBaseline stored) {
    return new BaselineEntry(
        stored.model() + "/" + stored.version() + "/" + stored.id(), stored, null);
  }

  /** The record of a decision about the baselines of a version. */
  public static BaselineEntry of(String model, ModelVersion version, BaselineSelection selection) {
    return new BaselineEntry(model + "/" + version + "/" + SELECTION, null, selection);
  }

  /**
   * Reads a record.
   *
   * @throws IllegalArgumentException if it is none of this topic, in a sentence
   */
  public static BaselineEntry parse(@Nullable String key, byte @Nullable [] value) {
    Matcher parts = KEY.matcher(key == null ? "" : key);
    if (key == null || !parts.matches()) {
      throw new IllegalArgumentException(
          "key '%s' is not model/version/id or model/version/selection".formatted(key));
    }
    try {
      String part = parts.group("part");
      if (value == null) {
        return new BaselineEntry(key, null, null);
      }
      if (SELECTION.equals(part)) {
        return new BaselineEntry(key, null, read(BaselineSelection.class, value));
      }
      return part == null
          ? bare(key, parts, read(Baseline.class, value))
          : new BaselineEntry(key, fitting(key, read(StoredBaseline.class, value)), null);
    } catch (SerializationException e) {
      Throwable cause = e.getCause();
      throw new IllegalArgumentException(
          "record '%s' cannot be read: %s".formatted(key, cause == null ? e : cause.getMessage()),
          e);
    }
  }

  private static StoredBaseline fitting(String key, StoredBaseline stored) {
    if (!of(stored).key().equals(key)) {
      throw new IllegalArgumentException(
          "record '%s' holds the baseline of '%s'".formatted(key, of(stored).key()));
    }
    return stored;
  }

  private static BaselineEntry bare(String key, Matcher parts, Baseline baseline) {
    String version = parts.group("version");
    int digits = version.lastIndexOf('@');
    ModelVersion named =
        new ModelVersion(
            digits < 0 ? version : version.substring(0, digits), baseline.fingerprint().sha256());
    if (!named.toString().equals(version)) {
      throw new IllegalArgumentException(
          "record '%s' holds a baseline of model file %s".formatted(key, named.sha256()));
    }
    return new BaselineEntry(
        key, StoredBaseline.live(parts.group("model"), named, baseline.end(), 0, baseline), null);
  }

  private static <T> T read(Class<T> type, byte[] value) {
    try (JsonSerde<T> serde = new JsonSerde<>(type)) {
      T read = serde.deserializer().deserialize("", value);
      if (read == null) {
        throw new SerializationException("it is null");
      }
      return read;
    }
  }

  /** The bytes of the value; null deletes the key. */
  public byte @Nullable [] value() {
    try (JsonSerde<Object> serde = new JsonSerde<>(Object.class)) {
      Object value = stored == null ? selection : stored;
      return value == null ? null : serde.serializer().serialize("", value);
    }
  }

  /** {@code model/version}: whose baselines these are. */
  public String owner() {
    Matcher parts = KEY.matcher(key);
    if (!parts.matches()) {
      throw new IllegalStateException("made without parse: " + key);
    }
    return parts.group("model") + "/" + parts.group("version");
  }

  /** Whether the key is that of a decision. */
  public boolean ofSelection() {
    return key.endsWith("/" + SELECTION);
  }
}
