package io.gradwatch.cli;

import java.io.FileDescriptor;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.charset.Charset;
import java.util.Map;

/**
 * The program's standard output, out of reach of models.
 *
 * <p>A model may print, and libtorch then writes to file descriptor 1, in the middle of JSON. So
 * the start script gives the process standard error as descriptor 1, and its real standard output
 * under the number in {@code GRADWATCH_STDOUT}.
 */
final class StandardOutput {
  private static final String VARIABLE = "GRADWATCH_STDOUT";

  private StandardOutput() {}

  /**
   * Makes {@link System#out} write to the descriptor that the environment names. Without one
   * everything stays as it is.
   */
  static void claim(Map<String, String> environment) {
    String descriptor = environment.getOrDefault(VARIABLE, "");
    if (descriptor.matches("[3-9]")) {
      try {
        OutputStream out = open(Integer.parseInt(descriptor));
        System.setOut(new PrintStream(out, true, Charset.defaultCharset()));
      } catch (FileNotFoundException e) {
        return; // it stays where it is
      }
    }
  }

  /**
   * Takes the descriptor itself, as the start script allows. To open it again by its number would
   * move to an offset of its own in a file that others write to, and fails for a socket and for
   * another user's pipe; it is the way out where Java changed.
   */
  private static OutputStream open(int descriptor) throws FileNotFoundException {
    try {
      Constructor<FileDescriptor> known = FileDescriptor.class.getDeclaredConstructor(int.class);
      known.setAccessible(true);
      return new FileOutputStream(known.newInstance(descriptor));
    } catch (ReflectiveOperationException | RuntimeException e) {
      return new FileOutputStream("/dev/fd/" + descriptor, true);
    }
  }
}
