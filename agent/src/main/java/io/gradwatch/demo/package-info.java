/**
 * Everything that a demonstration needs and a deployment brings along: a broker in the process and
 * traffic of handwritten digits.
 *
 * <p>Remembers what it started, until closed. The broker has threads of its own, live traffic has
 * one.
 *
 * <p>Must never be needed by a stage.
 */
@NullMarked
package io.gradwatch.demo;

import org.jspecify.annotations.NullMarked;
