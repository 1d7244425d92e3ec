package io.gradwatch.sample.payload;

import io.gradwatch.sample.DataType;
import io.gradwatch.sample.Json;
import io.gradwatch.sample.MalformedSampleException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * One Avro record, which is one sample: its numbers are the columns of a table in the schema's
 * order, its arrays of numbers tensors of their own. A text field {@code id} is the request's id;
 * fields of records within it are called {@code outer.inner}.
 *
 * <p>Reads straight from the bytes: no object is made a field, and no memory is taken before the
 * elements that need it were read.
 *
 * <p>Confined to the call that reads it.
 */
final class AvroMessage {
  private static final String ID = "id";

  private final BinaryDecoder decoder;
  private final List<String> columns = new ArrayList<>();
  private final Map<Integer, String> unreadable = new HashMap<>();
  private final List<PayloadTensor> tensors = new ArrayList<>();
  private double[] values = new double[16];
  private int size;
  private @Nullable String id;

  private AvroMessage(BinaryDecoder decoder) {
    this.decoder = decoder;
  }

  /**
   * Reads the bytes as one record of the schema, and nothing behind it.
   *
   * @param bytes on an array
   */
  static InferenceMessage read(ByteBuffer bytes, Schema schema) throws MalformedSampleException {
    int from = bytes.arrayOffset() + bytes.position();
    AvroMessage message =
        new AvroMessage(
            DecoderFactory.get().binaryDecoder(bytes.array(), from, bytes.remaining(), null));
    try {
      message.fields(schema, "");
      if (!message.decoder.isEnd()) {
        throw new MalformedSampleException(
            "bytes behind the Avro record %s; was it written with another schema?"
                .formatted(schema.getFullName()));
      }
    } catch (IOException
        | AvroRuntimeException
        | IndexOutOfBoundsException
        | IllegalArgumentException
        | UnsupportedOperationException e) {
      throw new MalformedSampleException(
          "no Avro record %s: %s; was it written with another schema?"
              .formatted(schema.getFullName(), Json.brief(String.valueOf(e.getMessage()))),
          e);
    }
    return message.message();
  }

  private InferenceMessage message() throws MalformedSampleException {
    if (columns.isEmpty() && tensors.isEmpty()) {
      throw new MalformedSampleException("an Avro record without numbers; expected features");
    }
    List<PayloadTensor> all = new ArrayList<>();
    if (!tensors.isEmpty()) {
      Table table = table();
      for (String column : columns) {
        PayloadTensor tensor = table.column(column);
        if (tensor != null) {
          all.add(tensor);
        }
      }
      all.addAll(tensors);
    }
    InferenceMessage message =
        all.isEmpty() ? InferenceMessage.of(table(), true) : InferenceMessage.of(all, true);
    return message.with(id, null, Map.of());
  }

  private Table table() {
    return new Table(columns, 1, Arrays.copyOf(values, size), unreadable);
  }

  private void fields(Schema record, String prefix) throws IOException {
    for (Schema.Field field : record.getFields()) {
      field(field.schema(), prefix + field.name());
    }
  }

  private void field(Schema schema, String name) throws IOException {
    switch (schema.getType()) {
      case INT, LONG, FLOAT, DOUBLE, BOOLEAN -> column(name, number(schema));
      case UNION -> field(branch(schema), name);
      case RECORD -> fields(schema, name + ".");
      case ARRAY -> array(schema, name);
      case STRING -> text(name);
      default -> {
        GenericDatumReader.skip(schema, decoder);
        noNumber(name, schema);
      }
    }
  }

  private void text(String name) throws IOException {
    if (name.equals(ID)) {
      id = decoder.readString();
    } else {
      decoder.skipString();
      unreadable.put(size, "%s: text; expected a number".formatted(name));
      column(name, 0);
    }
  }

  private void noNumber(String name, Schema schema) {
    String found = schema.getType().getName();
    unreadable.put(size, "%s: %s; expected a number".formatted(name, found));
    column(name, 0);
  }

  private void column(String name, double value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    if (!Double.isFinite(value)) {
      unreadable.put(size, "%s: %s; expected a finite number".formatted(name, value));
    }
    columns.add(name);
    values[size++] = value;
  }

  private Schema branch(Schema union) throws IOException {
    int index = decoder.readIndex();
    if (index < 0 || index >= union.getTypes().size()) {
      throw new IOException("branch %d of %d".formatted(index, union.getTypes().size()));
    }
    return union.getTypes().get(index);
  }

  /** A number; NaN for whole numbers that FP64 does not hold, which is then refused. */
  private double number(Schema schema) throws IOException {
    return switch (schema.getType()) {
      case INT -> decoder.readInt();
      case FLOAT -> decoder.readFloat();
      case DOUBLE -> decoder.readDouble();
      case BOOLEAN -> decoder.readBoolean() ? 1 : 0;
      default -> exact(decoder.readLong());
    };
  }

  private static double exact(long value) {
    return value > Elements.EXACT || value < -Elements.EXACT ? Double.NaN : value;
  }

  private void array(Schema schema, String name) throws IOException {
    if (!isNumeric(schema)) {
      GenericDatumReader.skip(schema, decoder);
      tensors.add(new UnreadableTensor(name, name + ": an array of no numbers; expected numbers"));
      return;
    }
    AvroArray array = AvroArray.read(schema, decoder);
    List<Long> shape = new ArrayList<>(List.of(1L));
    shape.addAll(array.shape());
    String fault = array.fault();
    if (fault != null || shape.contains(0L)) {
      String found = fault == null ? "no elements" : fault;
      tensors.add(new UnreadableTensor(name, "%s: %s; expected numbers".formatted(name, found)));
    } else {
      tensors.add(new BatchTensor(name, DataType.FP64, false, shape, array.data()));
    }
  }

  private static boolean isNumeric(Schema schema) {
    return switch (schema.getType()) {
      case ARRAY -> isNumeric(schema.getElementType());
      case INT, LONG, FLOAT, DOUBLE, BOOLEAN -> true;
      default -> false;
    };
  }
}
