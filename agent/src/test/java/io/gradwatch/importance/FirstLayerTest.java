package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.device.TorchScript;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FirstLayerTest {
  @Test
  void aRowOfWeightsIsAnImageOfTheInputs() {
    FirstLayer found = layer(linear(3, 20), new ImageShape(1, 5, 4));

    assertThat(found.parameter()).isEqualTo("weight");
    assertThat(found.units()).isEqualTo(3);
    assertThat(found.height()).isEqualTo(5);
    assertThat(found.width()).isEqualTo(4);
    assertThat(found.unit(1)).startsWith(-20, -21).hasSize(20);
    assertThat(found.limit()).isEqualTo(59);
  }

  @Test
  void weightsOfOtherInputsAreNoImages() {
    assertThat(FirstLayer.of(linear(3, 20), new ImageShape(1, 4, 4))).isNull();
    assertThat(FirstLayer.of(linear(3, 20), null)).isNull();
  }

  @Test
  void showsTheFirstUnitsOfManyOnly() {
    FirstLayer found = layer(linear(100, 16), new ImageShape(1, 4, 4));

    assertThat(found.units()).isEqualTo(100);
    assertThat(found.shown()).isEqualTo(64);
    assertThat(found.weights()).hasSize(64 * 16);
    assertThat(found.unit(63)[15]).isEqualTo(-(64 * 16 - 1));
  }

  @Test
  void findsTheFiltersOfAConvolution() {
    try (DifferentiableModel model =
        TorchScript.load(Digits.MODEL, new DeviceSettings("cpu", 1), OutputPick.FIRST)) {
      FirstLayer found = layer(model, new ImageShape(1, 8, 8));

      assertThat(found.parameter()).isEqualTo("conv1.weight");
      assertThat(found.units()).isEqualTo(8);
      assertThat(found.height()).isEqualTo(3);
      assertThat(found.width()).isEqualTo(3);
      assertThat(found.unit(7)).isEqualTo(Arrays.copyOfRange(model.weights(0), 63, 72));
      assertThat(layer(model, null).unit(7)).isEqualTo(found.unit(7));
      assertThat(FirstLayer.of(model, new ImageShape(3, 8, 8)))
          .as("filters of one channel do not meet three")
          .isNull();
    }
  }

  private static FirstLayer layer(DifferentiableModel model, @Nullable ImageShape image) {
    return Objects.requireNonNull(FirstLayer.of(model, image));
  }

  /** Weights 0, -1, -2 and so on. */
  private static LinearModel linear(int units, int inputs) {
    double[][] weight = new double[units][inputs];
    for (int i = 0; i < units * inputs; i++) {
      weight[i / inputs][i % inputs] = -i;
    }
    return new LinearModel(weight, new double[units]);
  }
}
