package io.gradwatch.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How metrics and pages are protected.
 *
 * @param tlsKeystore file with the server's key and certificates; null for plain HTTP
 * @param tlsKeystorePassword of the file; null where there is none
 * @param username who may read; null for everybody
 * @param password of {@code username}; null exactly where that is
 */
public record HttpSettings(
    @Nullable Path tlsKeystore,
    @Nullable Secret tlsKeystorePassword,
    @Nullable String username,
    @Nullable Secret password) {
  /** Plain HTTP for everybody. */
  public static final HttpSettings OPEN = new HttpSettings(null, null, null, null);

  public HttpSettings {
    if (tlsKeystore == null && tlsKeystorePassword != null) {
      throw new IllegalArgumentException(
          "tls-keystore-password is set, but tls-keystore is not; set both or none");
    }
    if (tlsKeystore != null && tlsKeystorePassword == null) {
      throw new IllegalArgumentException(
          "tls-keystore is set, but tls-keystore-password is not; a keystore without a password protects no key");
    }
    if ((username == null) != (password == null)) {
      throw new IllegalArgumentException(
          "%s is set, but %s is not; set both or none"
              .formatted(
                  username == null ? "password" : "username",
                  username == null ? "username" : "password"));
    }
  }
}
