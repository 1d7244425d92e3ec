package io.gradwatch.window;

/**
 * Where a row of a sample stands, so that who may see production data can read it again.
 *
 * @param topic the inference topic; of a recorded file: its name
 * @param partition of that topic; 0 of a file
 * @param offset in that partition; the number of the line, from 1, of a file
 * @param row place among the rows of the record, from 0
 */
public record SampleReference(String topic, int partition, long offset, int row) {
  /** For people, for instance {@code requests-3@42}, or {@code requests-3@42[5]} of later rows. */
  public String text() {
    String text = topic + "-" + partition + "@" + offset;
    return row == 0 ? text : text + "[" + row + "]";
  }
}
