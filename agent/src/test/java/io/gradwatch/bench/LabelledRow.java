package io.gradwatch.bench;

/**
 * One row of a stream.
 *
 * @param values features as they come
 * @param label its true class
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LabelledRow(float[] values, int label) {}
