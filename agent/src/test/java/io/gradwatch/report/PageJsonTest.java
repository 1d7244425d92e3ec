package io.gradwatch.report;

import static io.gradwatch.report.Readings.END;
import static io.gradwatch.report.Readings.moved;
import static io.gradwatch.report.Readings.quiet;
import static io.gradwatch.report.Readings.reading;
import static io.gradwatch.report.Readings.withInputs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.importance.Contributors;
import io.gradwatch.importance.Contributors.TopSample;
import io.gradwatch.importance.FirstLayer;
import io.gradwatch.importance.ImageShape;
import io.gradwatch.importance.Saliency;
import io.gradwatch.importance.Samples;
import io.gradwatch.metrics.Golden;
import io.gradwatch.report.ModelPictures.Layer;
import io.gradwatch.report.ModelPictures.SamplePicture;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.window.SampleReference;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The JSON that others may have begun to read, name by name. */
class PageJsonTest {
  private static final ObjectMapper PRETTY = JsonMapper.builder().build();

  private static final DriftReading DRIFT =
      withInputs(
          reading(DriftStatus.DRIFT, 1.5, quiet("a", 0.9), moved("b", 0.3, 0.02, 0.1)), 12, 64);

  @Test
  void ofAllModels() throws IOException {
    check("page-models.json", ModelList.class, ModelList.of(List.of(DRIFT), END + 1_000));
  }

  @Test
  void ofAModel() throws IOException {
    ReadingHistory history = new ReadingHistory();
    history.add(DRIFT);
    check("page-model.json", ModelHistory.class, ModelHistory.of(DRIFT, history));
  }

  @Test
  void ofPictures() throws IOException {
    TopSample sample = new TopSample(new SampleReference("requests", 0, 42, 0), "17", 0.04);
    Contributors found = new Contributors(List.of("a"), 256, 0.1, List.of(sample), List.of());
    SamplePicture shown =
        SamplePicture.shown(
            sample,
            Samples.row(null, new float[16]),
            new ImageShape(1, 4, 4),
            new Saliency(3, 0.5, List.of(new float[16])),
            null);
    check(
        "page-pictures.json",
        ModelPictures.class,
        new ModelPictures(
            ModelPictures.FORMAT,
            false,
            ModelPictures.note(found, true),
            List.of(shown, SamplePicture.hidden(sample, "expired: the topic no longer has it")),
            Layer.of(new FirstLayer("conv1.weight", 1, 1, 2, 2, new float[] {0, 1, -1, 0.5f}))));
  }

  private static <T> void check(String file, Class<T> type, T value) throws IOException {
    try (JsonSerde<T> serde = new JsonSerde<>(type)) {
      byte[] json = serde.serializer().serialize("", value);
      String text =
          PRETTY.writerWithDefaultPrettyPrinter().writeValueAsString(PRETTY.readTree(json));
      // How well a PNG is packed is up to the Java that packs it.
      Golden.check(file, text.replaceAll("base64,[^\"]+", "base64,...") + "\n");
    }
  }
}
