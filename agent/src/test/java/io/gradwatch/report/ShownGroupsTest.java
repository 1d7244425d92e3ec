package io.gradwatch.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShownGroupsTest {
  private final ShownGroups shown =
      ShownGroups.heaviest(Map.of("a", 0.1, "b", 0.4, "c", 0.3, "d", 0.1, "e", 0.1), 3);

  @Test
  void keepsTheHeaviestAndBreaksTiesByName() {
    assertThat(shown.names()).containsExactly("b", "c", "a");
    assertThat(shown.truncated()).isEqualTo(2);
  }

  @Test
  void keepsAllBelowTheLimit() {
    ShownGroups all = ShownGroups.heaviest(Map.of("a", 1.0), 3);

    assertThat(all.names()).containsExactly("a");
    assertThat(all.truncated()).isZero();
  }

  @Test
  void wantedGroupTakesThePlaceOfTheLeastImportant() {
    assertThat(shown.with(List.of("e")).names()).containsExactly("b", "c", "e");
  }

  @Test
  void wantedGroupThatIsShownChangesNothing() {
    assertThat(shown.with(List.of("a", "b"))).isSameAs(shown);
  }

  @Test
  void moreWantedGroupsThanPlacesKeepTheLimit() {
    assertThat(shown.with(List.of("e", "d", "c", "a")).names()).containsExactly("e", "d", "c");
  }
}
