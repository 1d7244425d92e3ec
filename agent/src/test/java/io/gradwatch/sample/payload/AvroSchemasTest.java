package io.gradwatch.sample.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.gradwatch.sample.MalformedSampleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AvroSchemasTest {
  private static final String POINT =
      "{\"type\":\"record\",\"name\":\"Point\",\"fields\":[{\"name\":\"x\",\"type\":\"int\"}]}";

  @TempDir private Path folder;

  @Test
  void tellsSchemasInAFolderApartByTheirId() throws IOException, MalformedSampleException {
    Files.writeString(folder.resolve("17.avsc"), POINT);
    Files.writeString(folder.resolve("18.avsc"), POINT.replace("Point", "Other"));
    PayloadReader reader =
        new PayloadReader(PayloadFormat.AVRO, AvroSchemas.load(folder), InputMapping.NONE);

    assertThat(reader.read(new byte[] {0, 0, 0, 0, 17, 6}).get(0).inputs().get(0).values())
        .containsExactly(3);
    assertThatExceptionOfType(MalformedSampleException.class)
        .isThrownBy(() -> reader.read(new byte[] {0, 0, 0, 0, 19, 6}))
        .withMessageStartingWith(
            "schema id 19; expected one of [17, 18], or put 19.avsc into the folder");
    assertThatExceptionOfType(MalformedSampleException.class)
        .isThrownBy(() -> reader.read(new byte[] {0, 0, 0, 0, 18, 6, 7}))
        .withMessageStartingWith("bytes behind the Avro record Other");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "int"                                            | a schema of INT; expected a record
          {                                                | no Avro schema
          {"type":"record","name":"A","fields":[{"name":"a","type":{"type":"array","items":"null"}}]} | an array of "null"; expected elements
          {"type":"record","name":"A","fields":[{"name":"a","type":["null","A"]}]} | A contains itself; expected no recursion
          """)
  void refusesSchemasByWhichFewBytesCouldAskForEndlessWork(String schema, String problem)
      throws IOException {
    Path file = Files.writeString(folder.resolve("a.avsc"), schema);

    assertThatIOException()
        .isThrownBy(() -> AvroSchemas.load(file))
        .withMessageContaining(file.toString())
        .withMessageContaining(problem);
  }

  @Test
  void refusesAFolderWithoutSchemas() throws IOException {
    assertThatIOException()
        .isThrownBy(() -> AvroSchemas.load(folder))
        .withMessageContaining("no schemas; expected files such as 17.avsc");
    Files.writeString(folder.resolve("point.avsc"), POINT);
    assertThatIOException()
        .isThrownBy(() -> AvroSchemas.load(folder))
        .withMessageContaining("expected the schema's id as its name");
  }

  @Test
  void saysWhatDoesNotExist() {
    Path missing = folder.resolve("schemas");

    assertThatIOException()
        .isThrownBy(() -> AvroSchemas.load(missing))
        .withMessageStartingWith(missing + " does not exist; expected the file of a schema");
  }
}
