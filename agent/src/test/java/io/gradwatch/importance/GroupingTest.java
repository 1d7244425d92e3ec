package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GroupingTest {
  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("scale", List.of()),
          new Parameter("body.conv.weight", List.of(2L, 3L)),
          new Parameter("body.conv.bias", List.of(2L)),
          new Parameter("head.weight", List.of(3L, 2L)));

  @Test
  void takesEachTensorForAGroup() {
    assertThat(names(Grouping.TENSOR))
        .containsExactly("scale", "body.conv.weight", "body.conv.bias", "head.weight");
  }

  @Test
  void joinsTheTensorsOfAModule() {
    List<Group> groups = Grouping.MODULE.of(PARAMETERS);
    assertThat(names(Grouping.MODULE)).containsExactly("scale", "body.conv", "head");
    assertThat(groups.get(1).elements()).isEqualTo(8);
    assertThat(groups.get(1).units()).isEqualTo(4);
  }

  @Test
  void takesEachUnitForAGroup() {
    List<Group> groups = Grouping.UNIT.of(PARAMETERS);
    assertThat(names(Grouping.UNIT))
        .startsWith("scale[0]", "body.conv.weight[0]", "body.conv.weight[1]")
        .hasSize(8);
    assertThat(groups.get(1).elements()).isEqualTo(3);
    assertThat(groups.stream().mapToLong(Group::elements).sum()).isEqualTo(15);
  }

  @Test
  void refusesMoreGroupsThanARecordTakes() {
    List<Parameter> wide = List.of(new Parameter("wide", List.of(2049L, 1L)));
    assertThat(Grouping.TENSOR.of(wide)).hasSize(1);
    assertThatThrownBy(() -> Grouping.UNIT.of(wide))
        .hasMessage("groups by unit are 2049, at most 2048 can be told apart; group by tensor");
  }

  @Test
  void modulesAndUnitsAddUpToTheSameImportance() {
    LinearModel model = new LinearModel(new double[][] {{1, 2}, {3, 4}}, 0.5, -1);
    ImportanceSnapshot tensors = importance(model, Grouping.TENSOR);
    ImportanceSnapshot units = importance(model, Grouping.UNIT);
    assertThat(units.groups())
        .extracting(GroupImportance::name)
        .containsExactly("weight[0]", "weight[1]", "bias[0]", "bias[1]");
    for (ImportanceMethod method : List.of(ImportanceMethod.FISHER, ImportanceMethod.TAYLOR)) {
      double weight = mean(tensors, 0, method);
      assertThat(mean(units, 0, method) + mean(units, 1, method))
          .isCloseTo(weight, within(1e-9 * weight));
    }
    assertThat(units.groups().stream().mapToDouble(g -> share(g, ImportanceMethod.TAYLOR)).sum())
        .isCloseTo(1, within(1e-9));
  }

  private static List<String> names(Grouping grouping) {
    return grouping.of(PARAMETERS).stream().map(Group::name).toList();
  }

  private static double mean(ImportanceSnapshot snapshot, int group, ImportanceMethod method) {
    return value(snapshot.groups().get(group), method).mean();
  }

  private static Value value(GroupImportance group, ImportanceMethod method) {
    return Objects.requireNonNull(group.methods().get(method.label()));
  }

  private static double share(GroupImportance group, ImportanceMethod method) {
    return value(group, method).share();
  }

  private static ImportanceSnapshot importance(DifferentiableModel model, Grouping grouping) {
    ImportanceSettings settings =
        new ImportanceSettings(
            Task.REGRESSION,
            OutputKind.LOGITS,
            OutputKind.LOGITS,
            Set.of(ImportanceMethod.FISHER, ImportanceMethod.TAYLOR),
            List.of(),
            grouping,
            4,
            false,
            List.of());
    return OnePass.importance(
        model, settings, Samples.batch("m", 0, Samples.normal(32, 2, 5)), () -> 0);
  }
}
