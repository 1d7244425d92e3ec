package io.gradwatch.agent;

import io.gradwatch.demo.EmbeddedBroker;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * A real broker that lets nobody do anything without an ACL: SCRAM over TLS for one user, mTLS for
 * another. Its plain listener is the superuser's.
 */
final class SecureBroker implements AutoCloseable {
  static final String SAMPLING = "gradwatch-sampling";
  static final String IMPORTANCE = "gradwatch-importance";

  /** Of the user of SCRAM. */
  static final String PASSWORD = "scram-marker-7f3a";

  /** Of every keystore. */
  static final String STORE_PASSWORD = "store-marker-91bc";

  private final Path directory;
  private final EmbeddedBroker broker;
  private final Admin admin;

  private SecureBroker(Path directory, EmbeddedBroker broker) {
    this.directory = directory;
    this.broker = broker;
    this.admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  static SecureBroker start(Path directory) throws Exception {
    keyPair(directory, "broker");
    keyPair(directory, IMPORTANCE);
    trust(directory);
    Map<String, String> properties = new HashMap<>();
    properties.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    properties.put("super.users", "User:ANONYMOUS");
    properties.put("listener.name.scram.sasl.enabled.mechanisms", "SCRAM-SHA-512");
    properties.put(
        "listener.name.scram.scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    properties.put("listener.name.mtls.ssl.client.auth", "required");
    properties.put("ssl.principal.mapping.rules", "RULE:^CN=([^,]+).*$/$1/");
    properties.put("ssl.keystore.location", keystore(directory, "broker").toString());
    properties.put("ssl.keystore.password", STORE_PASSWORD);
    properties.put("ssl.truststore.location", truststore(directory).toString());
    properties.put("ssl.truststore.password", STORE_PASSWORD);
    EmbeddedBroker broker =
        EmbeddedBroker.start(
            directory.resolve("broker"), Map.of("SCRAM", "SASL_SSL", "MTLS", "SSL"), properties);
    SecureBroker secure = new SecureBroker(directory, broker);
    ScramCredentialInfo mechanism = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
    secure
        .admin
        .alterUserScramCredentials(
            List.of(new UserScramCredentialUpsertion(SAMPLING, mechanism, PASSWORD)))
        .all()
        .get();
    return secure;
  }

  /** Of the superuser. */
  Admin admin() {
    return admin;
  }

  /** Where the superuser connects. */
  String plainServers() {
    return broker.bootstrapServers();
  }

  /** The port of a listener, SCRAM or MTLS. */
  String servers(String listener) {
    return broker.bootstrapServers(listener);
  }

  Path truststore() {
    return truststore(directory);
  }

  /** The key pair of a principal, or of the broker. */
  Path keystore(String name) {
    return keystore(directory, name);
  }

  @Override
  public void close() {
    admin.close();
    broker.close();
  }

  private static Path keystore(Path directory, String name) {
    return directory.resolve(name + ".p12");
  }

  private static Path truststore(Path directory) {
    return directory.resolve("trust.p12");
  }

  private static void keyPair(Path directory, String name)
      throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                keystore(directory, name).toString(),
                "-storepass",
                STORE_PASSWORD)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new IOException(said);
    }
  }

  private static void trust(Path directory) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    char[] password = STORE_PASSWORD.toCharArray();
    trusted.load(null, password);
    for (String name : List.of("broker", IMPORTANCE)) {
      KeyStore pair = KeyStore.getInstance(keystore(directory, name).toFile(), password);
      trusted.setCertificateEntry(name, pair.getCertificate(name));
    }
    try (OutputStream out = Files.newOutputStream(truststore(directory))) {
      trusted.store(out, password);
    }
  }
}
