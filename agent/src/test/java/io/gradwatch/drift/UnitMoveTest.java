package io.gradwatch.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnitMoveTest {
  @Test
  void sharesAreComparedWhateverTheirScale() {
    List<UnitMove> moves = UnitMove.of(new float[] {6, 2, 2}, new double[] {0.25, 0.25, 0.5}, 3);

    assertThat(moves)
        .containsExactlyInAnyOrder(
            new UnitMove(0, 0, 0.6, 0.25),
            new UnitMove(1, 1, 0.2, 0.25),
            new UnitMove(2, 2, 0.2, 0.5));
    assertThat(moves.get(0).from()).isZero();
    assertThat(moves.get(1).from()).isEqualTo(2);
  }

  @Test
  void binsOfManyUnitsTellWhichUnitsTheyHold() {
    float[] profile = new float[256];
    double[] normal = new double[256];
    Arrays.fill(profile, 1);
    Arrays.fill(normal, 1);
    profile[1] = 100;

    UnitMove move = UnitMove.of(profile, normal, 600).get(0);

    // Unit u of 600 is in bin floor(256 u / 600): 3 and 4 are in bin 1.
    assertThat(move.from()).isEqualTo(3);
    assertThat(move.to()).isEqualTo(4);
    assertThat(move.share()).isCloseTo(100 / 355.0, within(1e-6));
  }

  @Test
  void smallChangesAndEmptyProfilesAreNotTold() {
    assertThat(UnitMove.of(new float[] {1, 1.01f, 1}, new double[] {1, 1, 1}, 3)).isEmpty();
    assertThat(UnitMove.of(new float[] {0, 0, 0}, new double[] {1, 1, 1}, 3)).isEmpty();
    assertThat(UnitMove.of(new float[] {1, 1, 1}, new double[] {}, 3)).isEmpty();
  }

  @Test
  void tellsTheFiveLargestChanges() {
    float[] profile = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
    double[] normal = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

    assertThat(UnitMove.of(profile, normal, 10))
        .hasSize(5)
        .extracting(UnitMove::from)
        .contains(0, 9, 1, 8);
  }
}
