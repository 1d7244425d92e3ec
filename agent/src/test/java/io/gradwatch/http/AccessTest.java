package io.gradwatch.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a keystore; what a right one does is seen where a broker runs. */
class AccessTest {
  @TempDir private Path folder;

  @Test
  void saysThatAKeystoreHasNoKey() throws Exception {
    Path empty = keystore("right");
    assertThatThrownBy(() -> Access.OPEN.withTls(empty, "right".toCharArray()))
        .hasMessageContaining("empty.p12 has no private key; expected the server's key");
  }

  @Test
  void saysThatAPasswordIsWrongAndNotWhich() throws Exception {
    Path empty = keystore("right");
    assertThatThrownBy(() -> Access.OPEN.withTls(empty, "marker".toCharArray()))
        .hasMessageContaining("empty.p12 cannot be used")
        .message()
        .doesNotContain("marker");
  }

  @Test
  void saysThatAFileIsMissing() {
    Path none = folder.resolve("none.p12");
    assertThatThrownBy(() -> Access.OPEN.withTls(none, new char[] {'a'}))
        .hasMessageContaining("none.p12 cannot be read");
  }

  private Path keystore(String password) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    Path file = folder.resolve("empty.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, password.toCharArray());
    }
    assertThat(file).exists();
    return file;
  }
}
