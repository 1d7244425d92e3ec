package io.gradwatch.importance.device;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.gradwatch.sample.DataType;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InputBatchTest {
  /** libtorch's binding ends the process on types that it does not know. */
  @ParameterizedTest
  @EnumSource
  void makesTensorsOfEveryDataType(DataType type) {
    Tensor zeros = new Tensor("x", type, List.of(3L), ByteBuffer.allocate(3 * type.bytes()));
    InferenceSample sample = new InferenceSample(null, List.of(zeros), null, null);

    try (NDManager scope = Engine.getEngine("PyTorch").newBaseManager(Device.cpu())) {
      NDArray batch = InputBatch.stack(List.of(sample, sample), true, scope).get(0);

      assertThat(batch.getShape().getShape()).containsExactly(2, 3);
      assertThat(batch.toType(ai.djl.ndarray.types.DataType.FLOAT64, true).toDoubleArray())
          .containsOnly(0);
    }
  }
}
