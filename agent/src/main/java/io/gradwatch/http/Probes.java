package io.gradwatch.http;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * What {@code /healthz} and {@code /readyz} ask, on threads of the server.
 *
 * @param unhealthy why the process should be restarted; empty if it lives
 * @param unready why it does not do its work; empty if it does
 */
public record Probes(Supplier<Optional<String>> unhealthy, Supplier<Optional<String>> unready) {
  /** Whether a path is one of theirs. */
  static boolean has(String path) {
    return path.equals("/healthz") || path.equals("/readyz");
  }

  /** What is asked on a path of theirs. */
  Optional<String> ask(String path) {
    return (path.equals("/healthz") ? unhealthy : unready).get();
  }
}
