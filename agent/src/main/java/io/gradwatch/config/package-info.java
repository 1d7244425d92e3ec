/**
 * Takes a YAML file and the environment, gives a {@link GradwatchConfig} made of the stages' own
 * settings records, or all that is wrong with it.
 *
 * <p>Remembers nothing. Pure, callable on any thread.
 *
 * <p>Must never print a secret; no stage may know the name of a key.
 */
@NullMarked
package io.gradwatch.config;

import org.jspecify.annotations.NullMarked;
