package io.gradwatch.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class SoakTest {
  @Test
  void memoryStaysWhereItIsOverManyWindows() throws Exception {
    JsonNode result = Soak.run(200, 80);
    assertThat(result.get("mostArrays")).isEqualTo(result.get("fewestArrays"));
    // One window's arrays have about 10 MiB: kept, they would be 1,000.
    assertThat(result.get("slopeMiBPer100").asDouble()).isLessThan(10);
  }
}
