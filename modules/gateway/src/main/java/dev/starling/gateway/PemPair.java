/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.HttpAccess.Tls;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import javax.net.ssl.X509KeyManager;

/**
 * A private key (RSA or EC) and the certificate that belongs to it, read from PEM files and found
 * to fit each other and to be valid. Immutable; reading blocks.
 *
 * @param options for the servers; holds what was read, so that later changes of the files are not
 *     taken half
 * @param expires when the certificate ends
 */
record PemPair(PemKeyCertOptions options, Instant expires) {
  private static final String KEY = "http.tls-key-file";
  private static final String CERTIFICATE = "http.tls-certificate-file";
  private static final byte[] PROBE = {1};

  /** Reads the files; they must be valid at {@code now}. */
  static PemPair read(Vertx vertx, Tls files, Instant now) throws TlsFileException {
    Buffer key = bytes(KEY, files.key());
    Buffer chain = bytes(CERTIFICATE, files.certificate());
    X509Certificate certificate = certificate(files.certificate(), chain);
    requireValid(files.certificate(), certificate, now);
    PemKeyCertOptions options = new PemKeyCertOptions().setKeyValue(key).setCertValue(chain);
    PrivateKey secret = privateKey(vertx, files.key(), options);
    if (!fit(secret, certificate.getPublicKey())) {
      throw new TlsFileException(
          KEY, files.key(), "it is not the key of the certificate in " + files.certificate(), null);
    }
    return new PemPair(options, certificate.getNotAfter().toInstant());
  }

  private static Buffer bytes(String setting, Path file) throws TlsFileException {
    try {
      return Buffer.buffer(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new TlsFileException(setting, file, "it cannot be read", e);
    }
  }

  /** The first one, which is the server's own (RFC 8446, 4.4.2). */
  private static X509Certificate certificate(Path file, Buffer chain) throws TlsFileException {
    Throwable cause = null;
    try {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(chain.getBytes()));
      if (!certificates.isEmpty()
          && certificates.iterator().next() instanceof X509Certificate first) {
        return first;
      }
    } catch (CertificateException e) {
      cause = e;
    }
    throw new TlsFileException(CERTIFICATE, file, "it holds no certificate in PEM", cause);
  }

  private static void requireValid(Path file, X509Certificate certificate, Instant now)
      throws TlsFileException {
    Instant from = certificate.getNotBefore().toInstant();
    Instant until = certificate.getNotAfter().toInstant();
    if (now.isAfter(until)) {
      throw new TlsFileException(CERTIFICATE, file, "it expired at " + until, null);
    }
    if (now.isBefore(from)) {
      throw new TlsFileException(CERTIFICATE, file, "it is not valid before " + from, null);
    }
  }

  private static PrivateKey privateKey(Vertx vertx, Path file, PemKeyCertOptions options)
      throws TlsFileException {
    Exception cause = null;
    try {
      if (options.getKeyManagerFactory(vertx).getKeyManagers()[0] instanceof X509KeyManager keys) {
        for (String type : new String[] {"EC", "RSA"}) {
          String[] aliases = keys.getServerAliases(type, null);
          if (aliases != null) {
            return keys.getPrivateKey(aliases[0]);
          }
        }
      }
    } catch (Exception e) { // Vert.x throws whatever its parser does
      cause = e;
    }
    throw new TlsFileException(
        KEY,
        file,
        "it holds no RSA or EC private key in PEM that is not encrypted, or the certificate is for"
            + " a key of the other kind",
        cause);
  }

  /** Whether what one signs the other verifies. */
  private static boolean fit(PrivateKey secret, PublicKey open) {
    String algorithm = secret.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(secret);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(open);
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
