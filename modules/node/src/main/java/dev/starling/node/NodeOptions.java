/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which node a command speaks to, as whom, and what to say where that fails. */
final class NodeOptions {
  /** How long a connection and a short answer may take. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int HTTPS_PORT = 443;
  private static final int PROBE_MILLIS = 1_000;
  private static final byte[] HTTP_HEAD = "HTTP/".getBytes(US_ASCII);

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Any node of the mesh. Default: http://127.0.0.1:3030.")
  private String url = "http://127.0.0.1:3030";

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A file with a token that allows it, where the node needs one.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--authority",
      paramLabel = "FILE",
      description = "Who signed the node's certificate, a PEM file. Default: whom Java trusts.")
  private @Nullable Path authority;

  /** What is done with a client. */
  @FunctionalInterface
  interface Call {
    int with(HttpClient client) throws IOException, InterruptedException;
  }

  /** A request for a path of the node, with the token where one is given. */
  HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(at(path));
    if (tokenFile == null) {
      return request;
    }
    String token = TextFile.read("--token-file", tokenFile).strip();
    if (!token.matches("[A-Za-z0-9._-]+")) {
      throw new ConfigException("--token-file " + tokenFile + " does not hold a token alone");
    }
    return request.header("Authorization", "Bearer " + token);
  }

  private URI at(String path) {
    try {
      URI at = URI.create(url.endsWith("/") ? url : url + "/").resolve(path);
      HttpRequest.newBuilder(at);
      return at;
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "--url is \"" + url + "\", expected something like http://127.0.0.1:3030");
    }
  }

  /** Does {@code call}, and says where it fails what is wrong between here and the node. */
  int run(PrintWriter err, Call call) throws InterruptedException {
    try (HttpClient client = client()) {
      return call.with(client);
    } catch (GeneralSecurityException e) {
      return Main.fail(
          err,
          "--authority is " + authority + ", expected a PEM file with a certificate",
          Main.USAGE);
    } catch (NoSuchFileException e) {
      return Main.fail(
          err, "--authority is " + authority + ", but there is no such file", Main.USAGE);
    } catch (IOException e) {
      return Main.fail(err, silent(e), Main.FAILED);
    }
  }

  /** That no node answers, where, and why. */
  String silent(IOException e) {
    return "no node answers at " + url + " (" + reason(e) + ")";
  }

  private HttpClient client() throws IOException, GeneralSecurityException {
    HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(PATIENCE);
    if (authority != null) {
      client.sslContext(Authority.trust(authority));
    }
    return client.build();
  }

  /**
   * Why a node does not let the caller do something.
   *
   * @param permission what it needs
   */
  String denied(URI mesh, int status, String body, String permission) {
    if (tokenFile == null) {
      return mesh + " needs a token that allows " + permission + ": give it with --token-file FILE";
    }
    if (status == 403) {
      return mesh
          + " lets in who may "
          + permission
          + ", which the token in "
          + tokenFile
          + " does not allow";
    }
    return mesh
        + " refused the token in "
        + tokenFile
        + reasonIn(body).map(word -> " (" + word + ")").orElse("")
        + ": make another one with scripts/starling token";
  }

  /** The word that the node has for what is wrong with the token. */
  private static Optional<String> reasonIn(String body) {
    try {
      JsonObject details = new JsonObject(body).getJsonObject("error").getJsonObject("details");
      return Optional.ofNullable(details.getString("reason"));
    } catch (DecodeException | ClassCastException | NullPointerException _) {
      return Optional.empty();
    }
  }

  private String reason(IOException e) {
    if (isTlsAtAPlainPort(e) || (e instanceof HttpConnectTimeoutException && speaksPlainHttp())) {
      return "it does not speak TLS; try http:// rather than https://";
    }
    if (isPlainAtATlsPort(e)) {
      return "it does not answer as HTTP does; where it speaks TLS, try https://";
    }
    if (e instanceof SSLException) {
      return "its certificate is not trusted: "
          + e.getMessage()
          + "; --authority FILE names who"
          + " signed it";
    }
    if (StartException.isUnresolved(e)) {
      return "the name " + URI.create(url).getHost() + " cannot be resolved";
    }
    return e.getMessage() == null ? "connection refused" : e.getMessage();
  }

  /** What came is no record of TLS; the JDK says so in two ways, depending on what it was. */
  private static boolean isTlsAtAPlainPort(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return e instanceof SSLException && message.contains("unrecognized ssl message");
  }

  /**
   * Whether HTTP without TLS is spoken where TLS was wanted. Asked where a connection was not made
   * in time: of some thousand answers that are no TLS, Java's client misses one and waits on.
   */
  private boolean speaksPlainHttp() {
    URI at = URI.create(url);
    if (!"https".equalsIgnoreCase(at.getScheme())) {
      return false;
    }
    int port = at.getPort() < 0 ? HTTPS_PORT : at.getPort();
    try (Socket node = new Socket()) {
      node.connect(new InetSocketAddress(at.getHost(), port), PROBE_MILLIS);
      node.setSoTimeout(PROBE_MILLIS);
      node.getOutputStream().write("HEAD / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
      byte[] head = node.getInputStream().readNBytes(HTTP_HEAD.length);
      return Arrays.equals(head, HTTP_HEAD);
    } catch (IOException _) {
      return false;
    }
  }

  /** The connection was made, and what came is no answer: an alert of TLS, or the end. */
  private boolean isPlainAtATlsPort(IOException e) {
    return "http".equalsIgnoreCase(URI.create(url).getScheme())
        && !(e instanceof ConnectException)
        && !(e instanceof HttpTimeoutException);
  }
}
