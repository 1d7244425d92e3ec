package io.gradwatch.serde;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A record type as JSON. Unknown fields are ignored on reading, so that an older reader survives a
 * newer writer; absent fields are left out on writing.
 *
 * @param <T> a Java record
 */
public final class JsonSerde<T> implements Serde<T> {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final Class<T> type;

  public JsonSerde(Class<T> type) {
    this.type = type;
  }

  @Override
  public Serializer<T> serializer() {
    return (topic, value) -> bytes(value);
  }

  @Override
  public Deserializer<T> deserializer() {
    return (topic, bytes) -> value(bytes);
  }

  private byte @Nullable [] bytes(@Nullable T value) {
    try {
      return value == null ? null : MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new SerializationException("cannot write a " + type.getSimpleName() + " as JSON", e);
    }
  }

  private @Nullable T value(byte @Nullable [] bytes) {
    try {
      return bytes == null ? null : MAPPER.readValue(bytes, type);
    } catch (IOException e) {
      // What the record itself says of its values, for instance of their format.
      String why =
          e.getCause() instanceof IllegalArgumentException own ? ": " + own.getMessage() : "";
      throw new SerializationException("not a " + type.getSimpleName() + " in JSON" + why, e);
    }
  }
}
