package io.gradwatch.http;

import com.sun.net.httpserver.Authenticator;
import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.util.Collections;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Who may read, and over what.
 *
 * @param tls the server's key and certificates; null for plain HTTP
 * @param authenticator lets readers in; null for everybody
 */
public record Access(@Nullable SSLContext tls, @Nullable Authenticator authenticator) {
  /** Plain HTTP for everybody. */
  public static final Access OPEN = new Access(null, null);

  private static final String REALM = "gradwatch";

  /**
   * The same over TLS.
   *
   * @param keystore PKCS12 or JKS
   * @param password of the file and of the key in it
   * @throws IllegalArgumentException if the file cannot be used
   */
  public Access withTls(Path keystore, char[] password) {
    if (!Files.isReadable(keystore)) {
      throw new IllegalArgumentException(
          "keystore %s cannot be read; expected PKCS12 or JKS".formatted(keystore));
    }
    try {
      KeyStore store = KeyStore.getInstance(keystore.toFile(), password);
      boolean hasKey = false;
      for (String alias : Collections.list(store.aliases())) {
        hasKey |= store.isKeyEntry(alias);
      }
      if (!hasKey) {
        throw new IllegalArgumentException(
            "keystore %s has no private key; expected the server's key and its certificates"
                .formatted(keystore));
      }
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return new Access(context, authenticator);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "keystore %s cannot be used (%s); expected PKCS12 or JKS, and its password"
              .formatted(keystore, e.getMessage()),
          e);
    }
  }

  /** The same for one user, by basic authentication; the probes stay open. */
  public Access withUser(String username, String password) {
    return new Access(tls, new OneUser(username, password));
  }

  private static final class OneUser extends BasicAuthenticator {
    private final byte[] known;

    OneUser(String username, String password) {
      super(REALM, StandardCharsets.UTF_8);
      known = bytes(username, password);
    }

    @Override
    public Result authenticate(HttpExchange exchange) {
      // Kubelets and load balancers have no password, and learn nothing but yes or no.
      return Probes.has(exchange.getRequestURI().getPath())
          ? new Success(new HttpPrincipal("probe", REALM))
          : super.authenticate(exchange);
    }

    /** Takes as long for a wrong name or password as for the right ones. */
    @Override
    public boolean checkCredentials(String username, String password) {
      return MessageDigest.isEqual(known, bytes(username, password));
    }

    private static byte[] bytes(String username, String password) {
      return (username + ":" + password).getBytes(StandardCharsets.UTF_8);
    }
  }
}
