package io.gradwatch.sample.payload;

import io.gradwatch.sample.MalformedSampleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The schemas that Avro messages were written with, from files: nobody asks a registry.
 *
 * <p>Immutable; callable on any thread.
 *
 * @param byId by their ids in the registry; none if there is one for all messages
 * @param any the schema of all messages; null if they are told apart by their ids
 */
public record AvroSchemas(Map<Long, Schema> byId, @Nullable Schema any) {
  private static final String SUFFIX = ".avsc";

  public AvroSchemas {
    byId = Map.copyOf(byId);
  }

  /**
   * Reads schemas.
   *
   * @param path a file with the schema of all messages, or a folder of files that are called by the
   *     id of their schema in the registry, for instance {@code 17.avsc}
   * @throws IOException if there is none, or one cannot be used; names the file and the reason
   */
  public static AvroSchemas load(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new IOException(
          path
              + " does not exist; expected the file of a schema, or a folder of files such as"
              + " 17.avsc, where each role runs");
    }
    if (!Files.isDirectory(path)) {
      return new AvroSchemas(Map.of(), schema(path));
    }
    Map<Long, Schema> byId = new HashMap<>();
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.filter(file -> file.toString().endsWith(SUFFIX)).toList()) {
        String name = String.valueOf(file.getFileName());
        String id = name.substring(0, name.length() - SUFFIX.length());
        if (!id.matches("[0-9]{1,18}")) {
          throw new IOException(file + ": expected the schema's id as its name, such as 17.avsc");
        }
        byId.put(Long.valueOf(id), schema(file));
      }
    }
    if (byId.isEmpty()) {
      throw new IOException(path + ": no schemas; expected files such as 17.avsc");
    }
    return new AvroSchemas(byId, null);
  }

  /** The schema of an id. */
  Schema of(long id) throws MalformedSampleException {
    Schema schema = any != null ? any : byId.get(id);
    if (schema == null) {
      throw new MalformedSampleException(
          "schema id %d; expected one of %s, or put %d%s into the folder of avro-schema"
              .formatted(id, new TreeSet<>(byId.keySet()), id, SUFFIX));
    }
    return schema;
  }

  private static Schema schema(Path file) throws IOException {
    try {
      Schema schema = new Schema.Parser().parse(Files.readString(file));
      if (schema.getType() != Schema.Type.RECORD) {
        throw new IOException(
            file + ": a schema of %s; expected a record".formatted(schema.getType()));
      }
      requireFinite(schema, new HashSet<>(), file);
      return schema;
    } catch (AvroRuntimeException e) {
      throw new IOException(file + ": no Avro schema (" + e.getMessage() + ")", e);
    }
  }

  /** Refuses schemas by which few bytes could ask for endless work. */
  private static void requireFinite(Schema schema, Set<String> within, Path file)
      throws IOException {
    switch (schema.getType()) {
      case RECORD -> {
        if (!within.add(schema.getFullName())) {
          throw new IOException(
              file + ": %s contains itself; expected no recursion".formatted(schema.getFullName()));
        }
        for (Schema.Field field : schema.getFields()) {
          requireFinite(field.schema(), within, file);
        }
        within.remove(schema.getFullName());
      }
      case ARRAY -> {
        if (isEmpty(schema.getElementType())) {
          throw new IOException(
              file + ": an array of %s; expected elements".formatted(schema.getElementType()));
        }
        requireFinite(schema.getElementType(), within, file);
      }
      case MAP -> requireFinite(schema.getValueType(), within, file);
      case UNION -> {
        for (Schema type : schema.getTypes()) {
          requireFinite(type, within, file);
        }
      }
      default -> {}
    }
  }

  /** Whether its values take no bytes. */
  private static boolean isEmpty(Schema schema) {
    return switch (schema.getType()) {
      case NULL -> true;
      case FIXED -> schema.getFixedSize() == 0;
      case RECORD ->
          schema.getFields().stream().map(Schema.Field::schema).allMatch(AvroSchemas::isEmpty);
      default -> false;
    };
  }

  /** For messages. */
  @Override
  public String toString() {
    return any != null ? any.getFullName() : "schemas " + List.copyOf(new TreeSet<>(byId.keySet()));
  }
}
