/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.gateway.auth.AuthConfig;
import dev.starling.gateway.auth.Authenticator;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.PhysicsMessage;
import dev.starling.protocol.mesh.PhysicsMessage.Abandon;
import dev.starling.protocol.mesh.PhysicsMessage.Download;
import dev.starling.protocol.mesh.PhysicsMessage.Downloaded;
import dev.starling.protocol.mesh.PhysicsMessage.GraphChange;
import dev.starling.protocol.mesh.PhysicsMessage.GraphSelection;
import dev.starling.protocol.mesh.PhysicsMessage.Upload;
import dev.starling.protocol.mesh.PhysicsMessage.Uploaded;
import dev.starling.testkit.LocalMesh;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents between HTTP and who leads the graph, whom the test plays on a real bus. */
@Timeout(60)
class GraphRoutesTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final PrometheusMeterRegistry REGISTRY =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private static final String RESULT = "{\"removed\":{\"nodes\":1,\"edges\":0}}";
  private static final int PART = 1 << 20;

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final DocumentPlaces PLACES = new DocumentPlaces(List.of());

  private static Mesh mesh;
  private static Mesh without;
  private static ScriptedRole<PhysicsMessage> physics;
  private static int port;
  private static int lonelyPort;

  @BeforeAll
  static void join() {
    mesh = LocalMesh.alone(REGISTRY, "gateway", "physics");
    without = LocalMesh.alone(REGISTRY, "gateway");
    physics =
        ScriptedRole.serve(
            mesh, "physics", Addresses.physics(mesh.nodeId()), GraphRoutesTest::take);
    port = listen(mesh);
    lonelyPort = listen(without);
  }

  private static int listen(Mesh on) {
    Router routes = Router.router(on.vertx());
    Authenticator everyone = Authenticator.create(on.vertx(), AuthConfig.OPEN, REGISTRY);
    new GraphRoutes(on, new Access(everyone, new GatewayMetrics(REGISTRY)), PLACES).mount(routes);
    routes
        .route()
        .failureHandler(call -> {
          Throwable failure = call.failure();
          if (failure != null) {
            HttpReplies.refuse(call, failure);
          }
        });
    return LocalMesh.await(
            on.vertx().createHttpServer().requestHandler(routes).listen(0, "127.0.0.1"))
        .actualPort();
  }

  @AfterAll
  static void leave() {
    LocalMesh.await(mesh.leave());
    LocalMesh.await(without.leave());
  }

  @BeforeEach
  void playWell() {
    physics.play(GraphRoutesTest::take);
  }

  private static Future<? extends MeshMessage> take(PhysicsMessage message) {
    return switch (message) {
      case Upload upload ->
          Future.succeededFuture(new Uploaded(upload.isLast() ? RawJson.of(RESULT) : null));
      case Download download ->
          Future.succeededFuture(new Downloaded(true, utf8("whole " + download.selection())));
      case Abandon _ -> Future.succeededFuture(new Uploaded(null)); // which nobody takes
      default -> Future.failedFuture(new IllegalStateException("not asked here"));
    };
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder json(String method, String path, byte[] body) {
    return to(path)
        .header("content-type", "application/json")
        .method(method, BodyPublishers.ofByteArray(body));
  }

  private static JsonObject error(HttpResponse<String> answer) {
    return new JsonObject(answer.body()).getJsonObject("error");
  }

  private static String message(HttpResponse<String> answer) {
    return error(answer).getString("message");
  }

  private List<Upload> uploads() {
    return physics.heard().stream()
        .filter(Upload.class::isInstance)
        .map(Upload.class::cast)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, data, REPLACE",
    "POST, nodes, MERGE",
    "POST, edges, MERGE",
    "DELETE, nodes, REMOVE",
    "DELETE, edges, REMOVE"
  })
  void aWriteReachesWhoLeads(String method, String path, GraphChange change) throws Exception {
    HttpResponse<String> answer = send(json(method, "/api/graph/" + path, utf8("{\"nodes\":[]}")));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(RESULT);
    assertThat(uploads()).hasSize(1);
    Upload upload = uploads().getFirst();
    assertThat(upload.change()).isEqualTo(change);
    assertThat(upload.format()).isEqualTo("json");
    assertThat(upload.isLast()).isTrue();
    assertThat(new String(upload.bytes(), StandardCharsets.UTF_8)).isEqualTo("{\"nodes\":[]}");
  }

  @Test
  void oneNodeIsRemovedByItsNameAndMissedWhereItIsNotThere() throws Exception {
    assertThat(send(to("/api/graph/nodes/a%2Fb%22").DELETE()).statusCode()).isEqualTo(200);
    assertThat(new String(uploads().getFirst().bytes(), StandardCharsets.UTF_8))
        .isEqualTo("{\"nodes\":[\"a/b\\\"\"]}");
    physics.play(ignored ->
        Future.succeededFuture(
            new Uploaded(RawJson.of("{\"removed\":{\"nodes\":0,\"edges\":0}}"))));
    HttpResponse<String> missing = send(to("/api/graph/nodes/nobody").DELETE());
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(message(missing)).contains("nobody");
  }

  @ParameterizedTest
  @CsvSource({
    "?format=csv, , csv, MERGE",
    "?format=DOT&mode=replace, text/csv, dot, REPLACE",
    "?name=my.graph.gexf&mode=merge, , gexf, MERGE",
    "'', text/tab-separated-values; charset=utf-8, csv, MERGE",
    "'', application/json, json, MERGE"
  })
  void anImportSaysWhatItIs(String query, String type, String format, GraphChange change)
      throws Exception {
    HttpRequest.Builder request =
        to("/api/graph/import" + query).POST(BodyPublishers.ofString("a,b"));
    if (type != null) {
      request.header("content-type", type);
    }
    assertThat(send(request).statusCode()).isEqualTo(200);
    assertThat(uploads().getFirst().format()).isEqualTo(format);
    assertThat(uploads().getFirst().change()).isEqualTo(change);
  }

  @Test
  void whatCannotBeToldIsRefusedBeforeAnythingIsSent() throws Exception {
    for (Map.Entry<String, String> wrong :
        Map.of(
                "import?format=xlsx", "expected ?format= with one of json, graphml, gexf, csv, dot",
                "import?name=graph", "expected a file name that ends in the suffix",
                "import", "format: expected ?format=",
                "import?format=csv&mode=append", "mode: expected merge or replace, got append")
            .entrySet()) {
      HttpResponse<String> answer =
          send(to("/api/graph/" + wrong.getKey()).POST(BodyPublishers.ofString("a,b")));
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(message(answer)).contains(wrong.getValue());
    }
    HttpResponse<String> noJson =
        send(to("/api/graph/data").PUT(BodyPublishers.ofString("{\"nodes\":[]}")));
    assertThat(noJson.statusCode()).isEqualTo(415);
    assertThat(uploads()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, data",
    "POST, nodes",
    "POST, edges",
    "DELETE, nodes",
    "DELETE, edges",
    "POST, import",
    "POST, import?format=csv"
  })
  void anEncodedBodyIsRefusedBeforeAnythingIsSent(String method, String path) throws Exception {
    HttpResponse<String> answer =
        send(
            json(method, "/api/graph/" + path, new byte[] {31, -117})
                .header("content-encoding", "gzip"));
    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(message(answer))
        .isEqualTo("Content-Encoding: expected a body as it is (identity), got gzip");
    assertThat(uploads()).isEmpty();
    byte[] plain = utf8("{\"nodes\":[]}");
    assertThat(
            send(json(method, "/api/graph/" + path, plain).header("content-encoding", "identity"))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void aLargeDocumentGoesInPartsOneAtATime() throws Exception {
    byte[] document = new byte[5 * PART + 17];
    new Random(3).nextBytes(document);
    HttpResponse<String> answer = send(json("PUT", "/api/graph/data", document));
    assertThat(answer.statusCode()).isEqualTo(200);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    int part = 0;
    for (Upload upload : uploads()) {
      assertThat(upload.part()).isEqualTo(part++);
      assertThat(upload.bytes()).hasSizeLessThanOrEqualTo(PART);
      assertThat(upload.isLast()).isEqualTo(part == uploads().size());
      assertThat(upload.transfer()).isEqualTo(uploads().getFirst().transfer());
      whole.writeBytes(upload.bytes());
    }
    assertThat(whole.toByteArray()).isEqualTo(document);
    assertThat(part).isBetween(6, 7);
  }

  @Test
  void aRefusalInTheMiddleReachesTheClientAndEndsTheDocument() throws Exception {
    physics.play(message ->
        message instanceof Upload upload && upload.part() == 1
            ? Future.failedFuture(
                new RefusalException(
                    ErrorCode.INVALID_MESSAGE, "line 7: nonsense", Map.of("line", 7)))
            : take(message));
    HttpResponse<String> answer = send(json("PUT", "/api/graph/data", new byte[20 * PART]));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(message(answer)).isEqualTo("line 7: nonsense");
    assertThat(uploads()).hasSize(2);
    assertThat(send(json("PUT", "/api/graph/data", new byte[10])).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"1, false", "20, true"})
  void whatWasNotSentWholeHasNotTakenEffectAndAClientIsToldSo(int megabytes, boolean isTold)
      throws Exception {
    physics.play(message ->
        message instanceof Upload upload && upload.part() < 1 && megabytes > 1
            ? take(message)
            : Future.failedFuture(new RefusalException(ErrorCode.TIMEOUT, "no answer in time")));
    HttpResponse<String> answer =
        send(json("PUT", "/api/graph/data", new byte[megabytes * PART - 1]));
    assertThat(answer.statusCode()).isEqualTo(504);
    JsonObject details = error(answer).getJsonObject("details");
    assertThat(details.getString("operation")).isEqualTo("PUT /api/graph/data");
    assertThat(details.getBoolean("made")).isEqualTo(isTold ? false : null);
  }

  @Test
  void whatIsReadIsSelectedByTheQuery() throws Exception {
    assertThat(send(to("/api/graph/data")).body())
        .isEqualTo("whole " + new GraphSelection("", -1, 0, "", ""));
    HttpResponse<String> page =
        send(to("/api/graph/data?limit=10&after=5&kind=agent&q=some%20text"));
    assertThat(page.body())
        .isEqualTo("whole " + new GraphSelection("", 5, 10, "agent", "some text"));
    assertThat(page.headers().firstValue("content-type")).contains("application/json");
    HttpResponse<String> exported = send(to("/api/graph/export?format=graphml"));
    assertThat(exported.body()).isEqualTo("whole " + new GraphSelection("graphml", -1, 0, "", ""));
    assertThat(exported.headers().firstValue("content-type")).contains("application/graphml+xml");
    assertThat(exported.headers().firstValue("content-disposition"))
        .contains("attachment; filename=\"graph.graphml\"");
    for (String wrong :
        List.of("data?limit=0", "data?after=-1", "data?kind=thing", "export?format=xlsx")) {
      assertThat(send(to("/api/graph/" + wrong)).statusCode()).as(wrong).isEqualTo(400);
    }
    HttpResponse<String> head =
        send(to("/api/graph/export?format=dot").method("HEAD", BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValueAsLong("content-length"))
        .hasValue(("whole " + new GraphSelection("dot", -1, 0, "", "")).length());
    assertThat(head.headers().firstValue("content-type")).contains("text/vnd.graphviz");
  }

  @Test
  void aLargeDocumentComesInParts() throws Exception {
    byte[] document = new byte[7 * PART + 5];
    new Random(4).nextBytes(document);
    physics.play(message -> {
      int part = ((Download) message).part();
      int end = Math.min(document.length, (part + 1) * PART);
      return Future.succeededFuture(
          new Downloaded(end == document.length, Arrays.copyOfRange(document, part * PART, end)));
    });
    HttpResponse<byte[]> answer =
        HTTP.send(to("/api/graph/export").build(), BodyHandlers.ofByteArray());
    assertThat(answer.body()).isEqualTo(document);
  }

  /** A document without an end. */
  private static Future<? extends MeshMessage> endless(PhysicsMessage message) {
    return Future.succeededFuture(new Downloaded(false, new byte[PART]));
  }

  private static InputStream beginToRead() throws IOException, InterruptedException {
    InputStream body =
        HTTP.send(to("/api/graph/export").build(), BodyHandlers.ofInputStream()).body();
    assertThat(body.read()).isZero();
    return body;
  }

  /** A body that is longer than what is sent of it. */
  private static Socket beginToSend() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket
        .getOutputStream()
        .write(
            utf8(
                "PUT /api/graph/data HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json"
                    + "\r\ncontent-length: 50000000\r\n\r\n"));
    socket.getOutputStream().write(new byte[PART + 100]);
    socket.getOutputStream().flush();
    return socket;
  }

  /** Those of this test: what the one before gave up may be told of late. */
  private static List<String> abandoned() {
    List<String> begun = new ArrayList<>();
    List<String> abandoned = new ArrayList<>();
    for (PhysicsMessage message : physics.heard()) {
      switch (message) {
        case Upload upload -> begun.add(upload.transfer());
        case Download download -> begun.add(download.transfer());
        case Abandon(String transfer) -> abandoned.add(transfer);
        default -> throw new AssertionError(message);
      }
    }
    abandoned.retainAll(begun);
    return abandoned;
  }

  private static List<Download> downloads() {
    return physics.heard().stream()
        .filter(Download.class::isInstance)
        .map(Download.class::cast)
        .toList();
  }

  private static void awaitPlacesFree() {
    eventually("no document is on its way", PATIENCE, () -> PLACES.addresses() == 0);
  }

  @Test
  void whoLeadsHearsAtOnceThatAReaderIsGone() throws Exception {
    physics.play(GraphRoutesTest::endless);
    beginToRead().close();
    eventually("who leads hears of it", PATIENCE, () -> !abandoned().isEmpty());
    assertThat(abandoned()).containsExactly(downloads().getFirst().transfer());
    awaitPlacesFree();
  }

  @Test
  void whoLeadsHearsAtOnceThatASenderIsGone() throws Exception {
    try (Socket _ = beginToSend()) {
      eventually("a part came", PATIENCE, () -> !uploads().isEmpty());
    }
    eventually("who leads hears of it", PATIENCE, () -> !abandoned().isEmpty());
    assertThat(abandoned()).containsExactly(uploads().getFirst().transfer());
    awaitPlacesFree();
  }

  @Test
  void oneAddressDoesNotTakeAllPlaces() throws Exception {
    physics.play(message -> message instanceof Upload ? take(message) : endless(message));
    try (Socket _ = beginToSend()) {
      eventually("a part came", PATIENCE, () -> !uploads().isEmpty());
      try (InputStream _ = beginToRead()) {
        refusesAnotherLargeOne();
      }
      eventually("the place is free", PATIENCE, () -> abandoned().size() == 2);
      beginToRead().close();
    }
    awaitPlacesFree();
  }

  private static void refusesAnotherLargeOne() throws IOException, InterruptedException {
    HttpResponse<String> refused = send(to("/api/graph/export"));
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("retry-after")).contains("5");
    assertThat(refused.headers().firstValue("content-disposition")).isEmpty();
    assertThat(message(refused)).startsWith("2 documents of more than 1 MiB are on their way");
    eventually("who leads hears of it", PATIENCE, () -> abandoned().size() == 1);
    assertThat(send(json("PUT", "/api/graph/data", new byte[3 * PART])).statusCode())
        .isEqualTo(429);
    assertThat(send(json("PUT", "/api/graph/data", new byte[PART - 1])).statusCode())
        .as("what goes in one part waits for nobody")
        .isEqualTo(200);
  }

  @Test
  void aDocumentThatBreaksOffDoesNotLookWhole() throws Exception {
    physics.play(message ->
        ((Download) message).part() == 0
            ? Future.succeededFuture(new Downloaded(false, new byte[100]))
            : Future.failedFuture(new RefusalException(ErrorCode.UNAVAILABLE, "gone")));
    assertThat(
            HTTP.sendAsync(to("/api/graph/export").build(), BodyHandlers.ofByteArray())
                .handle((answer, thrown) -> thrown)
                .get())
        .hasRootCauseInstanceOf(IOException.class);
  }

  @Test
  void whereNobodyLeadsItSaysSo() throws Exception {
    physics.play(message ->
        Future.failedFuture(RefusalException.unavailable("physics", "another simulator leads")));
    HttpResponse<String> refused = send(to("/api/graph/export"));
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("content-disposition")).isEmpty();
    assertThat(message(refused)).contains("another simulator leads");
    HttpRequest.Builder lonely =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + lonelyPort + "/api/graph/data"));
    assertThat(message(send(lonely))).contains("no node of the mesh runs this role");
    HttpRequest.Builder put =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + lonelyPort + "/api/graph/data"))
            .header("content-type", "application/json")
            .PUT(BodyPublishers.ofByteArray(new byte[3 * PART]));
    assertThat(send(put).statusCode()).isEqualTo(503);
  }
}
