/**
 * Where models lie: from a configured path, in the layouts that servers use, to one TorchScript
 * file that may be loaded.
 *
 * <p>Remembers nothing, runs on any thread, and reads files only. Must never load a model.
 */
@NullMarked
package io.gradwatch.importance.layout;

import org.jspecify.annotations.NullMarked;
