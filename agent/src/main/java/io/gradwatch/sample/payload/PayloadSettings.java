package io.gradwatch.sample.payload;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a model's records are read.
 *
 * @param format of its messages
 * @param avroSchema file or folder of the schemas of Avro messages; null for none
 * @param mapping from what arrives to what the model takes
 */
public record PayloadSettings(
    PayloadFormat format, @Nullable Path avroSchema, InputMapping mapping) {
  public PayloadSettings {
    if (format == PayloadFormat.AVRO && avroSchema == null) {
      throw new IllegalArgumentException(
          "format is avro, but avro-schema is missing: Gradwatch asks no registry, so name the file of the schema, or a folder of files that are called by their id, such as 17.avsc");
    }
  }

  /**
   * Reads the schemas and gives what reads records.
   *
   * @throws IOException if a schema cannot be used; names the file and the reason
   */
  public PayloadReader open() throws IOException {
    return new PayloadReader(
        format, avroSchema == null ? null : AvroSchemas.load(avroSchema), mapping);
  }
}
