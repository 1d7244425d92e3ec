package io.gradwatch.window;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the true answers of a model come from, when they do not come with the requests.
 *
 * @param topic of records that each hold one label
 * @param idHeader header with the request's id; null for the record's key
 * @param labelWait how long after a window was computed its labels may come
 */
public record LabelSource(String topic, @Nullable String idHeader, Duration labelWait) {}
