package io.gradwatch.agent;

import io.gradwatch.config.HttpSettings;
import io.gradwatch.http.Access;

/** Who may read metrics and page, by the configuration. */
final class HttpAccess {
  private HttpAccess() {}

  /**
   * Reads the keystore, if there is one.
   *
   * @throws StartException if it cannot be read
   */
  static Access of(HttpSettings http) {
    Access access = Access.OPEN;
    try {
      if (http.tlsKeystore() != null && http.tlsKeystorePassword() != null) {
        access =
            access.withTls(http.tlsKeystore(), http.tlsKeystorePassword().value().toCharArray());
      }
    } catch (IllegalArgumentException e) {
      throw new StartException("http: " + e.getMessage(), e);
    }
    return http.username() == null || http.password() == null
        ? access
        : access.withUser(http.username(), http.password().value());
  }
}
