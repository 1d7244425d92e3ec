package io.gradwatch.sample.payload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradwatch.sample.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The payloads that {@code src/test/python/payloads.py} writes from the public specifications, with
 * what they hold.
 */
public final class Corpus {
  private static final Path FOLDER =
      Path.of("src/test/resources/io/gradwatch/sample/payload/corpus");

  private Corpus() {}

  /**
   * One payload.
   *
   * @param name of its file
   * @param reader that is set up for it
   * @param expected what it holds: rows, id, parameters
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Entry(
      String name,
      byte[] value,
      Map<String, byte[]> headers,
      PayloadReader reader,
      JsonNode expected) {
    /** As a record carries it. */
    public Payload payload() {
      return new Payload(value, headers::get);
    }

    /** The same headers around another value. */
    public Payload payload(byte[] other) {
      return new Payload(other, headers::get);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** All of them. */
  public static List<Entry> entries() {
    try {
      JsonNode index = new ObjectMapper().readTree(FOLDER.resolve("corpus.json").toFile());
      List<Entry> entries = new ArrayList<>();
      for (Map.Entry<String, JsonNode> entry : index.properties()) {
        byte[] value = Files.readAllBytes(FOLDER.resolve(entry.getKey()));
        Map<String, byte[]> headers = new HashMap<>();
        entry
            .getValue()
            .path("headers")
            .properties()
            .forEach(
                header ->
                    headers.put(
                        header.getKey(),
                        header.getValue().asText().getBytes(StandardCharsets.UTF_8)));
        entries.add(
            new Entry(entry.getKey(), value, headers, reader(entry.getValue()), entry.getValue()));
      }
      return entries;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PayloadReader reader(JsonNode entry) throws IOException {
    PayloadFormat format = PayloadFormat.AUTO;
    for (PayloadFormat named : PayloadFormat.values()) {
      format = named.label().equals(entry.path("format").asText()) ? named : format;
    }
    AvroSchemas schemas = null;
    if (entry.has("schema")) {
      schemas = AvroSchemas.load(FOLDER.resolve(entry.path("schema").asText()));
    }
    List<ModelInput> inputs = new ArrayList<>();
    for (JsonNode input : entry.path("mapping")) {
      List<String> from = new ArrayList<>();
      input.path("from").forEach(name -> from.add(name.asText()));
      inputs.add(input(input.path("name").asText(), from));
    }
    return new PayloadReader(format, schemas, new InputMapping(inputs));
  }

  private static ModelInput input(String name, List<String> from) {
    @Nullable List<Integer> asItComes = null;
    return new ModelInput(name, from, List.of(), null, asItComes, List.of(), List.of(), List.of());
  }
}
