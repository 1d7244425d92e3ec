package io.gradwatch.sample.payload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FuzzTest {
  @Test
  void answersDamagedPayloadsWithSamplesOrAReasonInBoundedMemory() {
    Fuzzer.Result result = Fuzzer.run(30_000, 20260301);

    assertThat(result.read()).isGreaterThan(500);
    assertThat(result.refused()).isGreaterThan(10_000);
  }
}
