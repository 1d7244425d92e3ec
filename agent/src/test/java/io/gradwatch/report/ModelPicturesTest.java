package io.gradwatch.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.importance.Contributors;
import io.gradwatch.importance.Contributors.TopSample;
import io.gradwatch.importance.FirstLayer;
import io.gradwatch.importance.ImageShape;
import io.gradwatch.importance.Saliency;
import io.gradwatch.importance.Samples;
import io.gradwatch.report.ModelPictures.Layer;
import io.gradwatch.report.ModelPictures.SamplePicture;
import io.gradwatch.window.SampleReference;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ModelPicturesTest {
  private static final TopSample SAMPLE =
      new TopSample(new SampleReference("requests", 0, 42, 0), "7\n8", 0.04);
  private static final Contributors FOUND =
      new Contributors(List.of("conv1.weight"), 256, 0.1, List.of(SAMPLE), List.of());

  @Test
  void hidesWhatASampleHolds() {
    ModelPictures pictures = ModelPictures.hidden(FOUND, false, false, null);

    assertThat(pictures.note())
        .contains("Of 256 samples", "conv1.weight", "hidden; show-samples: true");
    assertThat(pictures.samples())
        .containsExactly(
            new SamplePicture("requests-0@42", "7?8", 0.04, null, null, null, null, null, null));
  }

  @Test
  void saysThatNothingStandsOut() {
    ModelPictures pictures = ModelPictures.hidden(null, true, false, null);

    assertThat(pictures.note()).startsWith("No group is under suspicion");
    assertThat(pictures.samples()).isEmpty();
  }

  @Test
  void drawsAnImageAndItsSaliency() {
    float[] values = new float[16];
    values[3] = 2;
    Saliency saliency = new Saliency(1, 0.5, List.of(new float[16]));
    SamplePicture shown =
        SamplePicture.shown(
            SAMPLE, Samples.row(null, values), new ImageShape(1, 4, 4), saliency, null);

    assertThat(Objects.requireNonNull(shown.thumbnail()).to()).isEqualTo(2);
    assertThat(Objects.requireNonNull(shown.saliency()).png()).startsWith("data:image/png;base64,");
    assertThat(shown.output()).isEqualTo(1);
    assertThat(shown.value()).isEqualTo(0.5);
    assertThat(shown.values()).isNull();
  }

  @Test
  void writesTheValuesOfWhatIsNoImage() {
    SamplePicture shown =
        SamplePicture.shown(SAMPLE, Samples.row(null, new float[16]), null, null, null);

    assertThat(shown.thumbnail()).isNull();
    assertThat(shown.values()).startsWith("x [0.000, 0.000,").endsWith(", …]");
  }

  @Test
  void drawsEachUnitOfTheFirstLayer() {
    Layer layer =
        Layer.of(
            new FirstLayer("w", 3, 1, 2, 2, new float[] {0, 1, 2, 3, 0, 0, 0, -4, 0, 0, 0, 0}));

    assertThat(layer.limit()).isEqualTo(4);
    assertThat(layer.units()).hasSize(3).allMatch(unit -> unit.startsWith("data:image/png"));
    assertThat(layer.units().get(0)).isNotEqualTo(layer.units().get(1));
  }
}
