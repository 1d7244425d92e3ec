package io.gradwatch.serde;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A protobuf message.
 *
 * @param <T> the generated class
 */
public final class ProtobufSerde<T extends MessageLite> implements Serde<T> {
  private final Parser<T> parser;
  private final UnaryOperator<T> checked;

  public ProtobufSerde(Parser<T> parser) {
    this(parser, UnaryOperator.identity());
  }

  /**
   * The same, looking at what was read.
   *
   * @param checked throws {@link SerializationException} if it cannot be used
   */
  public ProtobufSerde(Parser<T> parser, UnaryOperator<T> checked) {
    this.parser = parser;
    this.checked = checked;
  }

  @Override
  public Serializer<T> serializer() {
    return (topic, value) -> value == null ? null : value.toByteArray();
  }

  @Override
  public Deserializer<T> deserializer() {
    return (topic, bytes) -> value(bytes);
  }

  private @Nullable T value(byte @Nullable [] bytes) {
    try {
      return bytes == null ? null : checked.apply(parser.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw new SerializationException("not a protobuf message of the expected type", e);
    }
  }
}
