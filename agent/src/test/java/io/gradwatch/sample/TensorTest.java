package io.gradwatch.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {
  @Test
  void readsFloatingPointsOfEveryWidth() {
    ByteBuffer half = bytes(4).putShort(Float16.bits(1.5)).putShort(Float16.bits(-2));
    ByteBuffer single = bytes(8).putFloat(1.5f).putFloat(-2);
    ByteBuffer wide = bytes(16).putDouble(1.5).putDouble(-2);

    assertThat(tensor(DataType.FP16, half).values()).containsExactly(1.5, -2);
    assertThat(tensor(DataType.FP32, single).values()).containsExactly(1.5, -2);
    assertThat(tensor(DataType.FP64, wide).values()).containsExactly(1.5, -2);
  }

  @Test
  void readsWholeNumbersOfEverySign() {
    assertThat(tensor(DataType.INT32, bytes(8).putInt(-1).putInt(2)).values())
        .containsExactly(-1, 2);
    assertThat(tensor(DataType.UINT8, bytes(2).put((byte) 255).put((byte) 1)).values())
        .containsExactly(255, 1);
  }

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Tensor tensor(DataType type, ByteBuffer data) {
    return new Tensor("x", type, List.of(2L), data.flip());
  }
}
