package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gradwatch.sample.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageShapeTest {
  @Test
  void takesGrayAndColouredImagesForImages() {
    assertThat(ImageShape.of(zeros(8, 6), null)).isEqualTo(new ImageShape(1, 8, 6));
    assertThat(ImageShape.of(zeros(1, 4, 4), null)).isEqualTo(new ImageShape(1, 4, 4));
    assertThat(ImageShape.of(zeros(3, 5, 4), null)).isEqualTo(new ImageShape(3, 5, 4));
  }

  @Test
  void takesNothingElseForAnImage() {
    assertThat(ImageShape.of(zeros(16), null)).as("a flat square may be a table's row").isNull();
    assertThat(ImageShape.of(zeros(3, 8), null)).as("three rows").isNull();
    assertThat(ImageShape.of(zeros(2, 8, 8), null)).as("two channels").isNull();
    assertThat(ImageShape.of(zeros(8, 8, 3), null)).as("channels last").isNull();
    assertThat(ImageShape.of(zeros(1, 1, 8, 8), null)).as("a batch").isNull();
    assertThat(ImageShape.of(zeros(), null)).as("a number").isNull();
    assertThat(ImageShape.of(zeros(0, 8), null)).as("nothing").isNull();
  }

  @Test
  void takesWhatIsStatedWhereTheNumberOfValuesFits() {
    ImageShape stated = new ImageShape(1, 4, 4);
    assertThat(ImageShape.of(zeros(16), stated)).isEqualTo(stated);
    assertThat(ImageShape.of(zeros(17), stated)).isNull();
  }

  @Test
  void readsWhatIsWrittenDown() {
    assertThat(ImageShape.of(List.of(28, 20))).isEqualTo(new ImageShape(1, 28, 20));
    assertThat(ImageShape.of(List.of(3, 28, 20))).isEqualTo(new ImageShape(3, 28, 20));
    assertThatThrownBy(() -> ImageShape.of(List.of(28)))
        .hasMessage("image is [28], must be [height, width] or [channels, height, width]");
    assertThatThrownBy(() -> ImageShape.of(List.of(4, 28, 28)))
        .hasMessageContaining("image is [4, 28, 28], must be")
        .hasMessageContaining("1 or 3 channels");
    assertThatThrownBy(() -> ImageShape.of(List.of(28, 3))).hasMessageContaining("4 to 4096");
  }

  private static Tensor zeros(long... extents) {
    List<Long> shape = Arrays.stream(extents).boxed().toList();
    return Samples.floats(
        shape, new float[(int) shape.stream().reduce(1L, (a, b) -> a * b).longValue()]);
  }
}
