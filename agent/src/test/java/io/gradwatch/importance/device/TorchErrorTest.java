package io.gradwatch.importance.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelFailureException.Reason;
import org.junit.jupiter.api.Test;

class TorchErrorTest {
  @Test
  void picksTheSentenceAfterTheInterpretersTrace() {
    String message =
        """
        The following operation failed in the TorchScript interpreter.
        Traceback of TorchScript (most recent call last):
          File "code/__torch__.py", line 13, in forward
            x0 = torch.relu(x)
                 ~~~~~~~~~~ <--- HERE
        RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x5 and 4x3)

        """;
    assertThat(TorchError.gist(message))
        .isEqualTo("RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x5 and 4x3)");
  }

  @Test
  void leavesOutTheFramesOfTheLibrary() {
    String message = "expected scalar type Long\nException raised from check at Tensor.cpp:7\n#0";
    assertThat(TorchError.gist(message)).isEqualTo("expected scalar type Long");
  }

  @Test
  void keepsMessagesShortEnoughForAHeader() {
    assertThat(TorchError.gist("x".repeat(5000))).hasSizeLessThan(500).endsWith(" ...");
    assertThat(TorchError.gist("")).isEqualTo("no message");
  }

  @Test
  void tellsExhaustedMemoryFromOtherErrors() {
    ModelFailureException failure =
        TorchError.translate(
            new IllegalStateException("DefaultCPUAllocator: can't allocate memory: 8 TB"),
            Reason.DEVICE,
            "the backward pass failed");
    assertThat(failure.reason()).isEqualTo(Reason.OUT_OF_MEMORY);
    assertThat(failure).hasMessageContaining("choose a smaller micro-batch");
  }
}
