/**
 * The composition root: builds the stages from a configuration, connects them to broker, device and
 * metrics, runs them and stops them.
 *
 * <p>The only package that knows all others but the commands and the demo.
 */
@NullMarked
package io.gradwatch.agent;

import org.jspecify.annotations.NullMarked;
