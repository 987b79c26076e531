/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority that nobody else trusts, and what it has signed, made by the JDK's own keytool. */
public final class TestAuthority {
  private static final String PASSWORD = "only-for-this-test";
  private static final String AUTHORITY = "authority";

  private final Path folder;
  private final Path store;

  private TestAuthority(Path folder) {
    this.folder = folder;
    this.store = folder.resolve("keys.p12");
  }

  /** A key and a certificate for 127.0.0.1 and localhost, as PEM files. */
  public record Signed(Path key, Path certificate) {
    /** Puts other files' content in the place of these. */
    public void become(Signed other) {
      try {
        Files.copy(other.key, key, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(other.certificate, certificate, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** An authority with its files in {@code folder}, which is to be empty. */
  public static TestAuthority in(Path folder) {
    TestAuthority authority = new TestAuthority(folder);
    authority.keytool("-alias", AUTHORITY, "-dname", "CN=authority", "-ext", "bc:c");
    authority.pem(AUTHORITY + ".crt", "CERTIFICATE", authority.encoded(AUTHORITY));
    return authority;
  }

  /** Signs for {@code name}; {@code options} are keytool's, such as a start in the past. */
  public Signed sign(String name, String... options) {
    List<String> arguments = new ArrayList<>(List.of("-alias", name, "-dname", "CN=" + name));
    arguments.addAll(List.of("-signer", AUTHORITY, "-ext", "san=ip:127.0.0.1,dns:localhost"));
    arguments.addAll(List.of(options));
    keytool(arguments.toArray(String[]::new));
    return new Signed(
        pem(name + ".key", "PRIVATE KEY", key(name)),
        pem(name + ".crt", "CERTIFICATE", encoded(name)));
  }

  /** The authority's own certificate, a PEM file. */
  public Path certificate() {
    return folder.resolve(AUTHORITY + ".crt");
  }

  /** TLS for clients that trust this authority alone. */
  public SSLContext trust() {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry(AUTHORITY, entry(AUTHORITY));
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  private KeyStore keys() throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private Certificate entry(String alias) throws IOException, GeneralSecurityException {
    return Objects.requireNonNull(keys().getCertificate(alias));
  }

  private byte[] encoded(String alias) {
    try {
      return entry(alias).getEncoded();
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private byte[] key(String alias) {
    try {
      return Objects.requireNonNull(keys().getKey(alias, PASSWORD.toCharArray())).getEncoded();
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private Path pem(String name, String kind, byte[] bytes) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    try {
      return Files.writeString(
          folder.resolve(name),
          "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void keytool(String... arguments) {
    String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    List<String> command = new ArrayList<>(List.of(tool, "-genkeypair", "-keyalg", "EC"));
    command.addAll(List.of("-groupname", "secp256r1", "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
