package io.gradwatch.bench;

import java.util.ArrayList;
import java.util.List;

/** A stream of rows that never ends. */
interface RowSource {
  LabelledRow next();

  default List<LabelledRow> take(int rows) {
    List<LabelledRow> taken = new ArrayList<>(rows);
    for (int n = 0; n < rows; n++) {
      taken.add(next());
    }
    return taken;
  }
}
