package io.gradwatch.window;

import io.gradwatch.sample.Field;
import java.time.Duration;

/**
 * Where the true answers of a model come from, when they do not come with the requests.
 *
 * @param topic of records that each hold one label
 * @param id where a label has the id of its request
 * @param labelWait how long after a window was computed its labels may come
 * @param labelBytes of labels that are kept at most, as a state store writes them
 */
public record LabelSource(String topic, Field.OfRecord id, Duration labelWait, long labelBytes) {}
