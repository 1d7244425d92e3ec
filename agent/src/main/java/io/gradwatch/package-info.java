/** The Gradwatch agent. */
@org.jspecify.annotations.NullMarked
package io.gradwatch;
