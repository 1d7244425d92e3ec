package io.gradwatch.sample;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A condition on a record: a field has one of some values, letter for letter.
 *
 * @param values at least one; their order is kept
 */
public record Match(Field field, Set<String> values) {
  public Match {
    values = Collections.unmodifiableSet(new LinkedHashSet<>(values));
    if (values.isEmpty()) {
      throw new IllegalArgumentException(field.label() + " needs at least one value");
    }
  }

  /** Whether a record may fulfil it, as far as that is seen without parsing. */
  boolean mayHold(Function<Field.OfRecord, @Nullable String> record) {
    return !(field instanceof Field.OfRecord beside) || listed(record.apply(beside));
  }

  /** Whether a row of a record that {@link #mayHold may} fulfil it does. */
  boolean holds(InferenceSample row) {
    return !(field instanceof Field.OfRow within) || listed(within.of(row));
  }

  private boolean listed(@Nullable String text) {
    return text != null && values.contains(text);
  }
}
