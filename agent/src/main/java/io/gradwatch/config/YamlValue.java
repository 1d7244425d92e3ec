package io.gradwatch.config;

import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * What stands behind a key: one text or a list of texts, exactly as written. (YAML would read
 * {@code 1.10} as a number, and {@code no} as false.)
 */
record YamlValue(Node node) {
  int line() {
    return node.getStartMark().getLine() + 1;
  }

  boolean isList() {
    return node instanceof SequenceNode;
  }

  /** Why it is neither a text nor a list of texts; empty if it is one of the two. */
  Optional<String> fault() {
    if (node.getTag().equals(Tag.NULL)) {
      return Optional.of("is empty");
    }
    if (node instanceof MappingNode) {
      return Optional.of("is a section");
    }
    if (node instanceof SequenceNode list
        && !list.getValue().stream().allMatch(ScalarNode.class::isInstance)) {
      return Optional.of("is a list of lists or sections");
    }
    return Optional.empty();
  }

  /** The texts; exactly one unless a list. */
  List<String> texts() {
    return node instanceof SequenceNode list
        ? list.getValue().stream().map(item -> ((ScalarNode) item).getValue()).toList()
        : List.of(((ScalarNode) node).getValue());
  }
}
