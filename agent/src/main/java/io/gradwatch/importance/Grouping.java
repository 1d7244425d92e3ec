package io.gradwatch.importance;

import io.gradwatch.importance.Group.Slice;
import io.gradwatch.importance.ModelFailureException.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What counts as one group of parameters. */
public enum Grouping {
  /** Each parameter tensor, for instance {@code conv1.weight}. */
  TENSOR,
  /** The tensors of one module together, for instance {@code conv1}: all of a name's prefix. */
  MODULE,
  /** Each slice of dimension 0 of each tensor, for instance {@code conv1.weight[3]}. */
  UNIT;

  /** More would not fit into one record, and nobody could look at them. */
  static final int LARGEST = 2048;

  /**
   * Groups the parameters of a model, in the module's order.
   *
   * @throws ModelFailureException if that makes more than {@value #LARGEST} groups
   */
  public List<Group> of(List<Parameter> parameters) {
    List<Group> groups =
        switch (this) {
          case TENSOR -> tensors(parameters);
          case MODULE -> modules(parameters);
          case UNIT -> units(parameters);
        };
    if (groups.size() > LARGEST) {
      throw new ModelFailureException(
          Reason.LOAD,
          "groups by %s are %d, at most %d can be told apart; group by %s"
              .formatted(
                  label(), groups.size(), LARGEST, (this == UNIT ? TENSOR : MODULE).label()));
    }
    return groups;
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static List<Group> tensors(List<Parameter> parameters) {
    List<Group> groups = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      groups.add(new Group(parameters.get(i).name(), List.of(whole(i, parameters.get(i)))));
    }
    return groups;
  }

  private static List<Group> modules(List<Parameter> parameters) {
    Map<String, List<Slice>> modules = new LinkedHashMap<>();
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      modules
          .computeIfAbsent(module(parameter.name()), m -> new ArrayList<>())
          .add(whole(i, parameter));
    }
    return modules.entrySet().stream().map(m -> new Group(m.getKey(), m.getValue())).toList();
  }

  private static List<Group> units(List<Parameter> parameters) {
    List<Group> groups = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      for (int unit = 0; unit < parameter.units(); unit++) {
        groups.add(
            new Group(
                "%s[%d]".formatted(parameter.name(), unit),
                List.of(new Slice(i, parameter, unit, unit + 1))));
      }
    }
    return groups;
  }

  private static Slice whole(int index, Parameter parameter) {
    return new Slice(index, parameter, 0, parameter.units());
  }

  /** The name up to the last dot; a tensor of the outermost module stands for itself. */
  private static String module(String tensor) {
    int dot = tensor.lastIndexOf('.');
    return dot < 0 ? tensor : tensor.substring(0, dot);
  }
}
