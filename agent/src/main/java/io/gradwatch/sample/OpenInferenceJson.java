package io.gradwatch.sample;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON requests of the Open Inference Protocol, version 2, alone or joined with their response.
 *
 * <p>Dimension 0 of every input is the batch; each row becomes a sample without it. {@code data} is
 * row-major, either flat or nested exactly as {@code shape} says. The request may carry an {@code
 * id}, its {@code model_version} (also under {@code parameters}), and, if it has one row, the true
 * answer as {@code parameters.label}: a number, or text such as {@code "3"} or {@code "0,1,1"}.
 * Every other parameter that is text, a number or a truth value is kept by its name. Other fields
 * are ignored.
 *
 * <p>An entry of {@code outputs} that has {@code data} is an answer of the deployed model, with the
 * same batch as the inputs; one without is only the request's wish for an output and is ignored. An
 * answer that cannot be read does not cost the record, because its inputs are as good as any: it
 * becomes a tensor without elements, which keeps its place and can be counted.
 *
 * <p>Work and memory are bounded by the length of the payload: a shape cannot ask for more elements
 * than there are bytes, nor for an extent below 1.
 *
 * <p>Pure; callable on any thread.
 *
 * @see <a href="https://github.com/kserve/open-inference-protocol">Open Inference Protocol</a>
 */
public final class OpenInferenceJson implements PayloadFormat {
  private static final ObjectReader READER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxNumberLength(1_000)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  @Override
  public List<InferenceSample> parse(byte[] payload) throws MalformedSampleException {
    JsonNode request = readTree(payload);
    List<List<Tensor>> inputs = inputs(request.path("inputs"), payload.length);
    int rows = inputs.get(0).size();
    String id = text(request.path("id"), "$.id");
    String version = modelVersion(request);
    List<Double> label = label(request.path("parameters").path("label"), rows);
    List<List<Tensor>> served = ServedOutputs.read(request.path("outputs"), rows, payload.length);
    Map<String, String> parameters = parameters(request.path("parameters"));

    List<InferenceSample> samples = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      samples.add(
          new InferenceSample(id, at(row, inputs), label, version, at(row, served), parameters));
    }
    return List.copyOf(samples);
  }

  private static List<Tensor> at(int row, List<List<Tensor>> tensors) {
    return tensors.stream().map(rows -> rows.get(row)).toList();
  }

  private static JsonNode readTree(byte[] payload) throws MalformedSampleException {
    JsonNode request;
    try {
      request = READER.readTree(payload);
    } catch (JsonProcessingException e) {
      throw new MalformedSampleException("not JSON: " + oneLine(e), e);
    } catch (IOException e) {
      throw new MalformedSampleException("not JSON: undecodable characters", e);
    }
    if (request.isMissingNode()) {
      throw new MalformedSampleException("$: empty; expected a JSON object");
    }
    if (!request.isObject()) {
      throw Json.mismatch("$", request, "a JSON object");
    }
    JsonNode parameters = request.path("parameters");
    if (!Json.isAbsent(parameters) && !parameters.isObject()) {
      throw Json.mismatch("$.parameters", parameters, "an object");
    }
    return request;
  }

  private static String oneLine(JsonProcessingException e) {
    String where =
        e.getLocation() == null
            ? ""
            : " at line %d, column %d"
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    return e.getOriginalMessage().replaceAll("\\s+", " ") + where;
  }

  private static List<List<Tensor>> inputs(JsonNode inputs, int maxElements)
      throws MalformedSampleException {
    if (!inputs.isArray() || inputs.isEmpty()) {
      throw Json.mismatch("$.inputs", inputs, "an array of at least one tensor");
    }
    List<List<Tensor>> tensors = new ArrayList<>(inputs.size());
    Set<String> names = new HashSet<>();
    for (int i = 0; i < inputs.size(); i++) {
      String path = "$.inputs[" + i + "]";
      List<Tensor> rows = JsonTensor.read(inputs.get(i), path, maxElements).rows();
      if (!names.add(rows.get(0).name())) {
        throw new MalformedSampleException(
            "%s.name: '%s' is already the name of another input; expected distinct names"
                .formatted(path, Json.brief(rows.get(0).name())));
      }
      if (i > 0 && rows.size() != tensors.get(0).size()) {
        throw new MalformedSampleException(
            "%s.shape[0]: batch of %d, but $.inputs[0] has one of %d; expected equal batches"
                .formatted(path, rows.size(), tensors.get(0).size()));
      }
      tensors.add(rows);
    }
    return tensors;
  }

  private static @Nullable String modelVersion(JsonNode request) throws MalformedSampleException {
    String version = text(request.path("model_version"), "$.model_version");
    return version != null
        ? version
        : text(request.path("parameters").path("model_version"), "$.parameters.model_version");
  }

  /** Whatever is no text, number or truth value cannot be asked for and is left out. */
  private static Map<String, String> parameters(JsonNode parameters) {
    Map<String, String> texts = new HashMap<>();
    parameters
        .properties()
        .forEach(
            entry -> {
              JsonNode value = entry.getValue();
              if (value.isTextual() || value.isNumber() || value.isBoolean()) {
                texts.put(entry.getKey(), value.asText());
              }
            });
    return texts;
  }

  private static @Nullable String text(JsonNode node, String path) throws MalformedSampleException {
    if (Json.isAbsent(node)) {
      return null;
    }
    if (!node.isTextual() && !node.isIntegralNumber()) {
      throw Json.mismatch(path, node, "text");
    }
    return node.asText();
  }

  private static @Nullable List<Double> label(JsonNode node, int rows)
      throws MalformedSampleException {
    if (Json.isAbsent(node)) {
      return null;
    }
    String path = "$.parameters.label";
    if (rows > 1) {
      throw new MalformedSampleException(
          "%s: one label for %d rows; expected a request of one row".formatted(path, rows));
    }
    return LabelJson.of(node, path);
  }
}
