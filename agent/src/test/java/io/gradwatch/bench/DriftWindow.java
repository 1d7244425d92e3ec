package io.gradwatch.bench;

import io.gradwatch.importance.ImportanceSnapshot;
import java.util.List;

/**
 * One window of a stream with all that a detector may look at.
 *
 * @param rows in the order in which they came
 * @param inputs values, [feature][row]
 * @param outputs the model's probabilities, [class][row]
 * @param attribution mean over rows of |x df_c/dx| of the predicted class c, [feature]
 * @param importance of these rows and their labels
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DriftWindow(
    List<LabelledRow> rows,
    double[][] inputs,
    double[][] outputs,
    double[] attribution,
    ImportanceSnapshot importance) {

  /** Whether the model's answer to a row is not the true one. */
  boolean wrong(int row) {
    int answer = 0;
    for (int k = 1; k < outputs.length; k++) {
      answer = outputs[k][row] > outputs[answer][row] ? k : answer;
    }
    return answer != rows.get(row).label();
  }
}
