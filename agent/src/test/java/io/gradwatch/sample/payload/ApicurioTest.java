package io.gradwatch.sample.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.apicurio.registry.resolver.client.RegistryArtifactReference;
import io.apicurio.registry.resolver.client.RegistryClientFacade;
import io.apicurio.registry.resolver.client.RegistryVersionCoordinates;
import io.apicurio.registry.resolver.strategy.ArtifactReference;
import io.apicurio.registry.serde.Default4ByteIdHandler;
import io.apicurio.registry.serde.Legacy8ByteIdHandler;
import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Apicurio's serializer writes for Kafka is read, however it says which schema it was. */
class ApicurioTest {
  private static final String TOPIC = "inference.fraud";
  private static final long CONTENT = 17;
  private static final long GLOBAL = 18;

  @TempDir private Path folder;

  private final RecordHeaders headers = new RecordHeaders();

  private Payload written(Map<String, Object> settings) {
    GenericRecord record = new GenericData.Record(DigitPayloads.ARRAY);
    record.put("id", "q-7");
    record.put("image", List.of(0.5f, -2f, 1e-9f));
    Map<String, Object> all = new HashMap<>(settings);
    all.put("apicurio.registry.auto-register", true);
    try (AvroKafkaSerializer<GenericRecord> serializer =
            new AvroKafkaSerializer<>(new OneSchema());
        AvroKafkaDeserializer<GenericRecord> deserializer =
            new AvroKafkaDeserializer<>(new OneSchema())) {
      serializer.configure(all, false);
      deserializer.configure(all, false);
      byte[] value = serializer.serialize(TOPIC, headers, record);
      assertThat(deserializer.deserialize(TOPIC, headers, value).get("image"))
          .isEqualTo(record.get("image"));
      return new Payload(value, ApicurioTest.this::header);
    }
  }

  private byte @Nullable [] header(String name) {
    Header header = headers.lastHeader(name);
    return header == null ? null : header.value();
  }

  private List<InferenceSample> read(Payload payload) throws IOException, MalformedSampleException {
    return new PayloadReader(
            PayloadFormat.AUTO, AvroSchemas.load(folder), new InputMapping(List.of()))
        .read(payload);
  }

  @ParameterizedTest
  @CsvSource({
    "four bytes, false, contentId, 17",
    "four bytes, false, globalId,  18",
    "eight bytes, false, contentId, 17",
    "eight bytes, false, globalId, 18",
    "header,     true,  contentId, 17",
    "header,     true,  globalId,  18",
  })
  void readsWhatItWrites(String where, boolean inHeaders, String id, String file)
      throws IOException, MalformedSampleException {
    Class<?> handler =
        where.equals("eight bytes") ? Legacy8ByteIdHandler.class : Default4ByteIdHandler.class;
    Payload payload =
        written(
            Map.of(
                "apicurio.registry.headers.enabled",
                inHeaders,
                "apicurio.registry.id-handler",
                handler.getName(),
                "apicurio.registry.use-id",
                id));
    Files.writeString(folder.resolve(file + ".avsc"), DigitPayloads.ARRAY.toString());
    Files.writeString(
        folder.resolve("1.avsc"),
        "{\"type\":\"record\",\"name\":\"Other\",\"fields\":[{\"name\":\"x\",\"type\":\"int\"}]}");

    List<InferenceSample> rows = read(payload);

    assertThat(payload.value()[0] == 0).isEqualTo(!inHeaders);
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).id()).isEqualTo("q-7");
    assertThat(rows.get(0).inputs().get(0).values()).containsExactly(0.5, -2, 1e-9f);

    Files.delete(folder.resolve(file + ".avsc"));
    assertThatExceptionOfType(MalformedSampleException.class)
        .isThrownBy(() -> read(payload))
        .withMessageStartingWith("schema id %s; expected one of [1]", file);
  }

  @Test
  void refusesAvroInJson() throws IOException {
    Payload payload =
        written(
            Map.of(
                "apicurio.registry.headers.enabled",
                true,
                "apicurio.registry.avro.encoding",
                "JSON"));
    Files.writeString(folder.resolve("17.avsc"), DigitPayloads.ARRAY.toString());

    assertThatExceptionOfType(MalformedSampleException.class)
        .isThrownBy(() -> read(payload))
        .withMessage("header apicurio.value.encoding: 'JSON'; expected BINARY");
  }

  /** A registry in memory that knows the one schema. */
  private static final class OneSchema implements RegistryClientFacade {
    private static final String SCHEMA = DigitPayloads.ARRAY.toString();

    private static RegistryVersionCoordinates coordinates(String artifact) {
      return RegistryVersionCoordinates.create(GLOBAL, CONTENT, "default", artifact, "1");
    }

    @Override
    public RegistryVersionCoordinates createSchema(
        String type,
        String group,
        String artifact,
        String version,
        String ifExists,
        boolean canonical,
        String schema,
        Set<RegistryArtifactReference> references) {
      assertThat(schema).isEqualTo(SCHEMA);
      return coordinates(artifact);
    }

    @Override
    public String getSchemaByContentId(Long id) {
      assertThat(id).isEqualTo(CONTENT);
      return SCHEMA;
    }

    @Override
    public String getSchemaByGlobalId(long id, boolean dereferenced) {
      assertThat(id).isEqualTo(GLOBAL);
      return SCHEMA;
    }

    @Override
    public List<RegistryArtifactReference> getReferencesByContentId(long id) {
      return List.of();
    }

    @Override
    public List<RegistryArtifactReference> getReferencesByGlobalId(long id) {
      return List.of();
    }

    @Override
    public String getSchemaByGAV(String group, String artifact, String version) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String getSchemaByContentHash(String hash) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<RegistryArtifactReference> getReferencesByGAV(
        String group, String artifact, String version) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<RegistryArtifactReference> getReferencesByContentHash(String hash) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<RegistryVersionCoordinates> searchVersionsByContent(
        String schema, String type, ArtifactReference reference, boolean canonical) {
      throw new UnsupportedOperationException();
    }

    @Override
    public RegistryVersionCoordinates getVersionCoordinatesByGAV(
        String group, String artifact, String version) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Object getClient() {
      throw new UnsupportedOperationException();
    }
  }
}
