package io.gradwatch.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.importance.ModelVersion;
import io.gradwatch.importance.Parameter;
import io.gradwatch.importance.ParameterImportance;
import io.gradwatch.importance.ParameterImportance.OfTensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecommendationTest {
  static final ParameterImportance IMPORTANCE =
      new ParameterImportance(
          new ModelVersion("1", "a".repeat(64)),
          64,
          List.of(
              new OfTensor(
                  new Parameter("conv/1.weight", List.of(2L, 1L, 3L)),
                  new float[] {5, 1, 2, 0, 9, 3},
                  new float[] {4, 0.5f, 1, 0, 8, 2}),
              new OfTensor(new Parameter("scale", List.of()), new float[] {7}, new float[] {0.25f}),
              new OfTensor(
                  new Parameter("bias", List.of(3L)),
                  new float[] {6, 0, 0.5f},
                  new float[] {16, 0, 0.25f})));

  @Test
  void namesTheLeastAndTheMostImportantByTheirExactPlaces() {
    Recommendation found = Recommendation.of(IMPORTANCE, 0.5, 0.2);

    assertThat(found.scalars()).isEqualTo(10);
    assertThat(found.prune().method()).isEqualTo("taylor");
    assertThat(found.prune().scalars()).isEqualTo(5);
    assertThat(found.prune().share()).isCloseTo(1 / 32.0, within(1e-9));
    assertThat(found.prune().tensors())
        .extracting(Recommendation.OfOneTensor::name)
        .containsExactly("conv/1.weight", "scale", "bias");
    assertThat(found.prune().tensors().get(0).indices()).containsExactly(1, 3);
    assertThat(found.prune().tensors().get(2).indices()).containsExactly(1, 2);
    assertThat(found.protect().method()).isEqualTo("fisher");
    assertThat(found.protect().scalars()).isEqualTo(2);
    assertThat(found.protect().tensors().get(0).indices()).containsExactly(4);
    assertThat(found.protect().tensors().get(1).indices()).containsExactly(0);
  }

  @Test
  void neverTellsEqualsApart() {
    // 0.25 twice lies at the border of three.
    Recommendation found = Recommendation.of(IMPORTANCE, 0.3, 0);

    assertThat(found.prune().scalars()).isEqualTo(2);
    assertThat(found.protect().scalars()).isZero();
    assertThat(Recommendation.of(IMPORTANCE, 1, 1).prune().scalars()).isEqualTo(10);
    assertThat(Recommendation.of(IMPORTANCE, 1, 1).protect().scalars()).isEqualTo(8);
  }

  @Test
  void unitsAreSlicesOfTensorsThatHaveAny() {
    Recommendation found = Recommendation.of(IMPORTANCE, 0.1, 0.1);

    assertThat(found.unitsToPrune())
        .extracting(unit -> unit.tensor() + unit.index())
        .containsExactly("conv/1.weight0", "conv/1.weight1");
    assertThat(found.unitsToPrune().get(0).importance()).isEqualTo(5.5);
    assertThat(found.unitsToProtect()).extracting(Recommendation.Unit::index).containsExactly(1, 0);
  }
}
