/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Objects;

/** A key and a certificate that nobody else trusts, made by the JDK's own keytool. */
record PemFiles(Path key, Path certificate) {
  private static final String PASSWORD = "only-for-this-test";
  private static final String ALIAS = "node";

  static PemFiles selfSigned(Path folder) {
    try {
      KeyStore keys = keytool(folder.resolve("node.p12"));
      byte[] key = Objects.requireNonNull(keys.getKey(ALIAS, PASSWORD.toCharArray())).getEncoded();
      byte[] certificate = Objects.requireNonNull(keys.getCertificate(ALIAS)).getEncoded();
      return new PemFiles(
          pem(folder.resolve("node.key"), "PRIVATE KEY", key),
          pem(folder.resolve("node.crt"), "CERTIFICATE", certificate));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has PKCS12", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static KeyStore keytool(Path store)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    String arguments =
        "-genkeypair -keyalg EC -storetype PKCS12 -dname CN=node -alias %s -storepass %s -keystore"
            .formatted(ALIAS, PASSWORD);
    String command = keytool + " " + arguments + " " + store;
    Process process = new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(output);
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private static Path pem(Path file, String kind, byte[] bytes) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return Files.writeString(
        file, "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(kind, body, kind));
  }
}
