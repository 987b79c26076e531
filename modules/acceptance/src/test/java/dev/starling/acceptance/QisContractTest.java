/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.testkit.Eventually;
import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The QIS dialect as the reference's router and the contract's section 3 have it: every field, text
 * and order of the replies, over real sockets to one whole node.
 */
class QisContractTest {
  @SuppressWarnings("NullAway.Init")
  private static InProcessNode node;

  private final List<AutoCloseable> sockets = new ArrayList<>();

  @BeforeAll
  static void startNode() {
    node = InProcessNode.start();
  }

  @AfterAll
  static void stopNode() {
    node.close();
  }

  @AfterEach
  void closeSockets() throws Exception {
    for (AutoCloseable socket : sockets) {
      socket.close();
    }
    node.awaitNobody();
  }

  private QisClient client() {
    QisClient client = node.client();
    sockets.add(client);
    return client;
  }

  private RawWebSocket raw() {
    RawWebSocket socket = node.raw();
    sockets.add(socket);
    return socket;
  }

  private QisClient agent(String id, double... fingerprint) {
    QisClient client = client();
    client.register(id, fingerprint);
    return client;
  }

  private static JsonObject outcome(JsonObject packet) {
    return new JsonObject().put("type", "outcome").put("packet", packet);
  }

  private static JsonObject refusal(QisClient client, String code) {
    JsonObject error = client.next("error");
    assertThat(error.getString("code")).as(error.encode()).isEqualTo(code);
    assertThat(error.getString("error")).isEqualTo(error.getString("message"));
    return error;
  }

  private static List<String> routedTo(JsonObject ack) {
    return ack.getJsonArray("routed_to").stream().map(String::valueOf).toList();
  }

  private static void assertNothingWaits(QisClient... clients) {
    for (QisClient client : clients) {
      assertThat(client.settle().pending()).isEmpty();
    }
  }

  // Registration

  @Test
  void aRegistrationWithoutAnIdGetsOneMadeByTheMesh() {
    JsonObject reply = client().register(null, 1, 0);
    assertThat(UUID.fromString(reply.getString("agent_id")).version()).isEqualTo(4);
    assertThat(reply.getInteger("agent_count")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"agent_id\":null", "\"agent_id\":\"\""})
  void anEmptyIdCountsAsNone(String id) {
    JsonObject reply =
        client().send("{\"type\":\"register\"," + id + ",\"fingerprint\":[1]}").next("registered");
    assertThat(UUID.fromString(reply.getString("agent_id"))).isNotNull();
  }

  @Test
  void registeredHasTheReferencesFieldsFirstAndInItsOrder() {
    RawWebSocket socket = raw();
    socket.sendText(
        "{\"type\":\"register\",\"agent_id\":\"a\",\"fingerprint\":[1,0],"
            + "\"meta\":{\"env\":\"browser\",\"userAgent\":\"x\"}}");
    assertThat(socket.readText())
        .isEqualTo(
            "{\"type\":\"registered\",\"agent_id\":\"a\",\"agent_count\":1,"
                + "\"similarity_threshold\":0.75,\"gateway\":\""
                + node.nodeId()
                + "\"}");
  }

  @Test
  void agentCountCountsEveryAgentOnce() {
    assertThat(client().register("a", 1, 0).getInteger("agent_count")).isEqualTo(1);
    QisClient second = client();
    assertThat(second.register("b", 1, 0).getInteger("agent_count")).isEqualTo(2);
    assertThat(second.register("b", 0, 1).getInteger("agent_count")).isEqualTo(2);
    assertThat(client().register("c").getInteger("agent_count")).isEqualTo(3);
  }

  @Test
  void theSameIdAgainUpdatesTheRegistration() {
    QisClient emitter = agent("emitter");
    QisClient agent = agent("agent", 1, 0);
    agent.register("agent", 0, 1);
    assertThat(emitter.emit("old", 1, 0).getInteger("matches_found")).isZero();
    assertThat(routedTo(emitter.emit("new", 0, 1))).isEqualTo(List.of("agent"));
    agent.next("incoming_outcome");
    assertNothingWaits(agent);
  }

  @Test
  void anotherIdRemovesTheFirst() {
    QisClient emitter = agent("emitter");
    QisClient agent = agent("first", 1, 0);
    assertThat(agent.register("second", 1, 0).getInteger("agent_count")).isEqualTo(2);
    assertThat(routedTo(emitter.emit("p", 1, 0))).isEqualTo(List.of("second"));
  }

  @Test
  void anAgentWithoutAFingerprintMatchesNothing() {
    QisClient silent = agent("silent");
    QisClient emitter = agent("emitter", 1, 0);
    assertThat(emitter.emit("p", 1, 0).getInteger("matches_found")).isZero();
    assertNothingWaits(silent);
  }

  @Test
  void anAgentThatClosesItsSocketIsGoneFromTheNextOutcomeOn() {
    QisClient emitter = agent("emitter");
    agent("leaver", 1, 0).close();
    Eventually.eventually(
        "the leaver is gone",
        Duration.ofSeconds(5),
        () -> emitter.emit("p", 1, 0).getInteger("matches_found") == 0);
  }

  // Errors of the reference

  @Test
  void anOutcomeBeforeARegistrationIsRefusedInTheReferencesWords() {
    RawWebSocket socket = raw();
    socket.sendText("{\"type\":\"outcome\",\"packet\":{\"fingerprint\":[1,0]}}");
    assertThat(socket.readText())
        .isEqualTo(
            "{\"type\":\"error\",\"code\":\"NOT_REGISTERED\","
                + "\"message\":\"register before depositing outcomes\",\"details\":{},"
                + "\"error\":\"register before depositing outcomes\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "not json",
        "[]",
        "[{\"type\":\"ping\"}]",
        "17",
        "\"text\"",
        "null",
        "true",
        "{",
        "{\"type\":\"ping\"",
        "{\"type\":\"ping\",}",
        "{\"type\":\"ping\"} {}",
        "{\"type\":\"ping\"}x",
        "{'type':'ping'}",
        "{\"type\":\"register\",\"fingerprint\":[1,",
        "{\"type\":\"outcome\",\"packet\":{\"fingerprint\":[1]}",
        "{\"type\":\"outcome\",\"packet\":{\"payload\":NaN}}"
      })
  void whatIsNoJsonObjectIsAnsweredInvalidJson(String text) {
    RawWebSocket socket = raw();
    socket.sendText(text, "{\"type\":\"ping\"}");
    assertThat(socket.readText())
        .isEqualTo(
            "{\"type\":\"error\",\"code\":\"INVALID_JSON\",\"message\":\"invalid JSON\","
                + "\"details\":{},\"error\":\"invalid JSON\"}");
    assertThat(socket.readText()).isEqualTo("{\"type\":\"pong\"}");
  }

  @Test
  void anUnknownTypeIsNamed() {
    JsonObject error = refusal(client().send("{\"type\":\"dance\"}"), "UNKNOWN_TYPE");
    assertThat(error.getString("error")).isEqualTo("unknown message type: dance");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"type\":null}", "{\"packet\":{}}"})
  void aMissingTypeIsNoneAsInPython(String text) {
    JsonObject error = refusal(client().send(text), "UNKNOWN_TYPE");
    assertThat(error.getString("error")).isEqualTo("unknown message type: None");
  }

  @Test
  void aBarePingGetsABarePong() {
    RawWebSocket socket = raw();
    socket.sendText("{\"type\":\"ping\"}");
    assertThat(socket.readText()).isEqualTo("{\"type\":\"pong\"}");
  }

  @Test
  void aPingWithATimestampGetsItBackWithTheServersTime() {
    RawWebSocket socket = raw();
    long before = System.currentTimeMillis();
    socket.sendText("{\"type\":\"ping\",\"timestamp\":1712345678901}");
    String text = socket.readText();
    assertThat(text)
        .startsWith("{\"type\":\"pong\",\"timestamp\":1712345678901,\"serverTime\":")
        .endsWith("}");
    assertThat(new JsonObject(text).getLong("serverTime"))
        .isBetween(before, System.currentTimeMillis());
  }

  // Routing

  @Test
  void anAckHasTheReferencesFieldsInItsOrderAndThePushItsPacket() {
    RawWebSocket receiver = raw();
    receiver.sendText("{\"type\":\"register\",\"agent_id\":\"b\",\"fingerprint\":[1,0]}");
    receiver.readText();
    RawWebSocket emitter = raw();
    emitter.sendText("{\"type\":\"register\",\"agent_id\":\"a\",\"fingerprint\":[1,0]}");
    emitter.readText();
    emitter.sendText(
        "{\"type\":\"outcome\",\"packet\":{\"outcome_id\":\"ack-1\",\"fingerprint\":[1,0],"
            + "\"payload\":\"p\",\"confidence\":0.85,\"timestamp\":1712345678.9}}");
    assertThat(emitter.readText())
        .isEqualTo(
            "{\"type\":\"outcome_ack\",\"status\":\"routed\",\"outcome_id\":\"ack-1\","
                + "\"matches_found\":1,\"routed_to\":[\"b\"]}");
    assertThat(receiver.readText())
        .isEqualTo(
            "{\"type\":\"incoming_outcome\",\"packet\":{\"outcome_id\":\"ack-1\","
                + "\"source_agent\":\"a\",\"fingerprint\":[1,0],\"payload\":\"p\","
                + "\"confidence\":0.85,\"timestamp\":1712345678.9},\"similarity\":1.0}");
  }

  @Test
  void theEmitterIsExcludedHoweverWellItMatches() {
    QisClient emitter = agent("emitter", 1, 0);
    QisClient other = agent("other", 1, 0);
    assertThat(routedTo(emitter.emit("p", 1, 0))).isEqualTo(List.of("other"));
    other.next("incoming_outcome");
    assertNothingWaits(emitter);
  }

  @Test
  void theThresholdIsDecidedOnTheUnroundedCosine() {
    QisClient emitter = agent("emitter");
    agent("exactly", 3, 2, 1, 1, 1);
    agent("hair-below", 3, 2, 1, 1, 1.000001);
    agent("hair-above", 3.000001, 2, 1, 1, 1);
    agent("0.7499", 0.7499, Math.sqrt(1 - 0.7499 * 0.7499), 0, 0, 0);
    agent("0.7501", 0.7501, Math.sqrt(1 - 0.7501 * 0.7501), 0, 0, 0);
    JsonObject ack = emitter.emit("p", 1, 0, 0, 0, 0);
    assertThat(routedTo(ack)).isEqualTo(List.of("0.7501", "exactly", "hair-above"));
    assertThat(ack.getInteger("matches_found")).isEqualTo(3);
  }

  @Test
  void receiversAreInOrderOfTheRoundedSimilarityAndThenOfTheirIds() {
    QisClient emitter = agent("emitter");
    agent("d", 0.8, 0.6);
    agent("c", 1, 0);
    agent("a", 1, 0.003);
    agent("b", 1, 0.001);
    agent("e", 0.9, 0.1);
    assertThat(routedTo(emitter.emit("p", 1, 0))).isEqualTo(List.of("a", "b", "c", "e", "d"));
  }

  @Test
  void thePushTellsTheSimilarityRoundedToFourDigits() {
    QisClient emitter = agent("emitter");
    QisClient agent = agent("agent", 0.9, 0.1);
    emitter.emit("p", 1, 0);
    assertThat(agent.next("incoming_outcome").getDouble("similarity")).isEqualTo(0.9939);
  }

  @Test
  void aZeroFingerprintRegistersAndMatchesNothingNotEvenItself() {
    QisClient emitter = agent("emitter");
    QisClient zero = agent("zero", 0, 0);
    agent("one", 1, 0);
    assertThat(routedTo(emitter.emit("p", 1, 0))).isEqualTo(List.of("one"));
    assertThat(emitter.emit("p", 0, 0).getInteger("matches_found")).isZero();
    assertNothingWaits(zero);
  }

  private static String numbers(int count) {
    return IntStream.range(0, count).mapToObj(i -> "1").collect(Collectors.joining(",", "[", "]"));
  }

  @Test
  void aBadFingerprintIsRefusedAndChangesNothing() {
    QisClient emitter = agent("emitter");
    QisClient agent = agent("agent", 1, 0);
    List<String> bad =
        List.of(
            "[]",
            "[NaN,0]",
            "[Infinity,0]",
            "[-Infinity]",
            "[1,null]",
            "[\"1\",\"0\"]",
            "[[1],[0]]",
            "\"1,0\"",
            "{\"0\":1}",
            "true",
            "[1e39,0]",
            "[-1e39]",
            "[1e400]",
            numbers(4097));
    for (String fingerprint : bad) {
      agent.send(
          "{\"type\":\"register\",\"agent_id\":\"agent\",\"fingerprint\":" + fingerprint + "}");
      JsonObject error = refusal(agent, "INVALID_FINGERPRINT");
      assertThat(error.getString("message")).as(fingerprint).startsWith("fingerprint");
      assertThat(routedTo(emitter.emit("p", 1, 0)))
          .as("after " + fingerprint)
          .isEqualTo(List.of("agent"));
    }
  }

  @Test
  void aBadFingerprintInAPacketIsRefusedAndNothingIsRouted() {
    QisClient emitter = agent("emitter", 1, 0);
    QisClient agent = agent("agent", 1, 0);
    for (String fingerprint : List.of("[]", "[NaN,0]", "[1,null]", "[1e39,0]", numbers(4097))) {
      emitter.send("{\"type\":\"outcome\",\"packet\":{\"fingerprint\":" + fingerprint + "}}");
      JsonObject error = refusal(emitter, "INVALID_FINGERPRINT");
      assertThat(error.getString("message")).startsWith("packet.fingerprint");
    }
    assertNothingWaits(agent);
  }

  @Test
  void theLongestFingerprintIsTaken() {
    QisClient agent = client();
    agent.send(
        "{\"type\":\"register\",\"agent_id\":\"long\",\"fingerprint\":" + numbers(4096) + "}");
    assertThat(agent.next("registered").getString("agent_id")).isEqualTo("long");
  }

  @Test
  void fingerprintsOfDifferentDimensionNeverMatch() {
    QisClient emitter = agent("emitter");
    agent("two", 1, 0);
    agent("three", 1, 0, 0);
    assertThat(routedTo(emitter.emit("p", 1, 0))).isEqualTo(List.of("two"));
    assertThat(routedTo(emitter.emit("p", 1, 0, 0))).isEqualTo(List.of("three"));
    assertThat(emitter.emit("p", 1, 0, 0, 0).getInteger("matches_found")).isZero();
  }

  private static JsonObject register(String id, String space, double... fingerprint) {
    return new JsonObject()
        .put("type", "register")
        .put("agent_id", id)
        .put("space", space)
        .put("fingerprint", QisClient.array(fingerprint));
  }

  private static JsonObject inSpace(String space, double... fingerprint) {
    return outcome(
        new JsonObject().put("space", space).put("fingerprint", QisClient.array(fingerprint)));
  }

  @Test
  void fingerprintsOfDifferentSpacesNeverMatch() {
    QisClient emitter = agent("emitter");
    client().send(register("red", "red", 1, 0)).next("registered");
    client().send(register("blue", "blue", 1, 0)).next("registered");
    agent("plain", 1, 0);
    assertThat(emitter.send(inSpace("red", 1, 0)).next("outcome_ack").getJsonArray("routed_to"))
        .isEqualTo(new JsonArray().add("red"));
    assertThat(emitter.emit("p", 1, 0).getJsonArray("routed_to"))
        .isEqualTo(new JsonArray().add("plain"));
    assertThat(emitter.send(inSpace("2", 1, 0)).next("outcome_ack").getJsonArray("routed_to"))
        .isEqualTo(new JsonArray().add("plain"));
  }

  @Test
  void aSpaceHasOneDimension() {
    QisClient emitter = agent("emitter");
    client().send(register("a", "red", 1, 0)).next("registered");
    QisClient other = client().send(register("b", "red", 1, 0, 0));
    assertThat(refusal(other, "INVALID_FINGERPRINT").getString("message"))
        .isEqualTo("fingerprint: expected 2 numbers, as the space \"red\" has, got 3 numbers");
    emitter.send(inSpace("red", 1, 0, 0));
    assertThat(refusal(emitter, "INVALID_FINGERPRINT").getString("message"))
        .isEqualTo(
            "packet.fingerprint: expected 2 numbers, as the space \"red\" has, got 3 numbers");
  }

  @Test
  void aSpaceMayHaveAThresholdOfItsOwn() {
    QisClient emitter = agent("emitter");
    JsonObject reply = client().send(register("a", "strict", 1, 0)).next("registered");
    assertThat(reply.getDouble("similarity_threshold")).isEqualTo(0.9);
    JsonObject below = emitter.send(inSpace("strict", 0.8, 0.6)).next("outcome_ack");
    assertThat(below.getInteger("matches_found")).isZero();
  }

  @Test
  void aRegistrationMayAskForAStricterThreshold() {
    QisClient emitter = agent("emitter");
    JsonObject reply =
        client().send(register("a", "2", 1, 0).put("threshold", 0.95)).next("registered");
    assertThat(reply.getDouble("similarity_threshold")).isEqualTo(0.95);
    assertThat(emitter.emit("p", 0.9, 0.3).getInteger("matches_found")).isZero();
    assertThat(emitter.emit("p", 1, 0.1).getInteger("matches_found")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.74, 0, -1, 1.01})
  void aLooserThresholdIsRefusedAndTheFieldNamed(double threshold) {
    QisClient agent = client().send(register("a", "2", 1, 0).put("threshold", threshold));
    JsonObject error = refusal(agent, "INVALID_MESSAGE");
    assertThat(error.getJsonObject("details").getString("field")).isEqualTo("threshold");
    assertThat(error.getString("message"))
        .isEqualTo("threshold: expected a number from 0.75 to 1, got " + threshold);
  }

  // Packets

  @ParameterizedTest
  @ValueSource(strings = {"-0.0001", "1.0001", "17", "NaN", "\"0.5\"", "true", "[0.5]"})
  void aConfidenceOutsideZeroToOneIsRefused(String confidence) {
    QisClient emitter = agent("emitter", 1, 0);
    emitter.send("{\"type\":\"outcome\",\"packet\":{\"confidence\":" + confidence + "}}");
    JsonObject error = emitter.next("error");
    boolean isJson = !confidence.equals("NaN");
    assertThat(error.getString("code")).isEqualTo(isJson ? "INVALID_CONFIDENCE" : "INVALID_JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"confidence\":0", "\"confidence\":1", "\"confidence\":null"})
  void aConfidenceMayBeMissing(String confidence) {
    QisClient emitter = agent("emitter", 1, 0);
    emitter.send("{\"type\":\"outcome\",\"packet\":{" + confidence + "}}");
    assertThat(emitter.next("outcome_ack").getString("status")).isEqualTo("routed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",\"packet\":null", ",\"packet\":[]", ",\"packet\":\"p\""})
  void aMissingPacketIsNamed(String packet) {
    QisClient emitter = agent("emitter", 1, 0);
    JsonObject error =
        refusal(emitter.send("{\"type\":\"outcome\"" + packet + "}"), "INVALID_MESSAGE");
    assertThat(error.getJsonObject("details").getString("field")).isEqualTo("packet");
    assertThat(error.getString("message")).startsWith("packet: expected an object, got ");
  }

  @Test
  void aPacketWithoutAFingerprintHasTheAgentsOwnAndCarriesIt() {
    QisClient agent = agent("agent", 0.5, -0.25, 1);
    QisClient emitter = agent("emitter", 0.5, -0.25, 1);
    assertThat(emitter.emit("p").getInteger("matches_found")).isEqualTo(1);
    JsonObject packet = agent.next("incoming_outcome").getJsonObject("packet");
    assertThat(packet.getJsonArray("fingerprint")).isEqualTo(QisClient.array(0.5, -0.25, 1));
    assertThat(packet.getString("payload")).isEqualTo("p");
  }

  @Test
  void aPacketWithoutAFingerprintFromAnAgentWithoutOneIsRefused() {
    QisClient emitter = agent("emitter");
    emitter.send("{\"type\":\"outcome\",\"packet\":{\"payload\":\"p\"}}");
    JsonObject error = refusal(emitter, "INVALID_FINGERPRINT");
    assertThat(error.getJsonObject("details").getString("field")).isEqualTo("packet.fingerprint");
  }

  @Test
  void theSourceIsTheMeshsWordHoweverTheClientWritesIt() {
    RawWebSocket receiver = raw();
    receiver.sendText("{\"type\":\"register\",\"agent_id\":\"b\",\"fingerprint\":[1]}");
    receiver.readText();
    QisClient emitter = agent("a");
    emitter.send(
        "{\"type\":\"outcome\",\"packet\":{\"source_agent\":\"mallory\",\"outcome_id\":\"o\","
            + "\"fingerprint\":[1],\"source\\u005fagent\":{\"x\":[1]},\"payload\":1,"
            + "\"source_agent\":null}}");
    emitter.next("outcome_ack");
    assertThat(receiver.readText())
        .isEqualTo(
            "{\"type\":\"incoming_outcome\",\"packet\":{\"outcome_id\":\"o\","
                + "\"source_agent\":\"a\",\"fingerprint\":[1],\"payload\":1},\"similarity\":1.0}");
  }

  @Test
  void unknownFieldsOfAPacketTravelUntouched() {
    RawWebSocket receiver = raw();
    receiver.sendText("{\"type\":\"register\",\"agent_id\":\"b\",\"fingerprint\":[1,2.50]}");
    receiver.readText();
    QisClient emitter = agent("ä\"\\");
    String members =
        "\"fingerprint\" : [1.0,  2.50e0 ],\"n\":1.10,\"big\":12345678901234567890123,"
            + "\"text\":\"\\u00e9\\/é😀\\n\",\"deep\":{\"a\":[ {\"b\" : null} ], \"a\":2},"
            + "\"payload\":\"\"";
    emitter.send("{\"type\":\"outcome\",\"packet\":{\"outcome_id\":\"o\"," + members + "}}");
    emitter.next("outcome_ack");
    assertThat(receiver.readText())
        .isEqualTo(
            "{\"type\":\"incoming_outcome\",\"packet\":{\"outcome_id\":\"o\","
                + "\"source_agent\":\"ä\\\"\\\\\","
                + members
                + "},\"similarity\":1.0}");
  }

  @Test
  void aMissingOutcomeIdIsMadeAndIsTheSameInAckAndPush() {
    QisClient agent = agent("agent", 1, 0);
    QisClient emitter = agent("emitter");
    String made = emitter.emit("p", 1, 0).getString("outcome_id");
    assertThat(UUID.fromString(made).version()).isEqualTo(4);
    assertThat(agent.next("incoming_outcome").getJsonObject("packet").getString("outcome_id"))
        .isEqualTo(made);
    assertThat(emitter.emit("p", 1, 0).getString("outcome_id")).isNotEqualTo(made);
  }

  @Test
  void theClientsOutcomeIdIsKept() {
    QisClient agent = agent("agent", 1, 0);
    QisClient emitter = agent("emitter", 1, 0);
    emitter.send(outcome(new JsonObject().put("outcome_id", "mine \u00e9")));
    assertThat(emitter.next("outcome_ack").getString("outcome_id")).isEqualTo("mine \u00e9");
    assertThat(agent.next("incoming_outcome").getJsonObject("packet").getString("outcome_id"))
        .isEqualTo("mine \u00e9");
  }

  @Test
  void theSameOutcomeAgainIsADuplicateWithTheFirstResult() {
    QisClient agent = agent("agent", 1, 0);
    QisClient emitter = agent("emitter", 1, 0);
    JsonObject outcome = outcome(new JsonObject().put("outcome_id", "twice"));
    JsonObject first = emitter.send(outcome).next("outcome_ack");
    agent("late", 1, 0);
    JsonObject second = emitter.send(outcome).next("outcome_ack");
    assertThat(second).isEqualTo(first.copy().put("status", "duplicate"));
    agent.next("incoming_outcome");
    assertNothingWaits(agent);
  }

  @Test
  void theSameOutcomeIdOfAnotherSourceIsNoDuplicate() {
    QisClient agent = agent("agent", 1, 0);
    JsonObject outcome = outcome(new JsonObject().put("outcome_id", "shared"));
    for (String source : List.of("one", "two")) {
      QisClient emitter = agent(source, 1, 0);
      assertThat(emitter.send(outcome).next("outcome_ack").getString("status")).isEqualTo("routed");
      assertThat(agent.next("incoming_outcome").getJsonObject("packet").getString("source_agent"))
          .isEqualTo(source);
    }
  }

  @Test
  void anOutcomeTooManyHopsDeepExpires() {
    QisClient agent = agent("agent", 1, 0);
    QisClient emitter = agent("emitter", 1, 0);
    JsonObject deepest = emitter.send(outcome(hops(8))).next("outcome_ack");
    assertThat(deepest.getString("status")).isEqualTo("routed");
    JsonObject packet = agent.next("incoming_outcome").getJsonObject("packet");
    assertThat(packet.getInteger("hops")).isEqualTo(8);
    JsonObject expired = emitter.send(outcome(hops(9))).next("outcome_ack");
    assertThat(expired.getString("status")).isEqualTo("expired");
    assertThat(expired.getInteger("matches_found")).isZero();
    assertThat(expired.getJsonArray("routed_to")).isEmpty();
    assertNothingWaits(agent);
  }

  private static JsonObject hops(int hops) {
    return new JsonObject().put("hops", hops);
  }

  @Test
  void aSynthesisDoesNotReturnToTheAgentsItDerivesFrom() {
    QisClient a = agent("a", 1, 0);
    QisClient b = agent("b", 1, 0);
    QisClient c = agent("c", 1, 0);
    a.send(outcome(new JsonObject().put("outcome_id", "q-1"))).next("outcome_ack");
    b.next("incoming_outcome");
    c.next("incoming_outcome");
    JsonObject second = b.send(outcome(derived("q-2", "q-1"))).next("outcome_ack");
    assertThat(second.getJsonArray("routed_to")).isEqualTo(new JsonArray().add("c"));
    JsonObject packet = c.next("incoming_outcome").getJsonObject("packet");
    assertThat(packet.getInteger("hops")).isEqualTo(1);
    assertThat(packet.getJsonArray("derived_from")).isEqualTo(new JsonArray().add("q-1"));
    JsonObject third = c.send(outcome(derived("q-3", "q-2"))).next("outcome_ack");
    assertThat(third.getJsonArray("routed_to")).isEmpty();
    assertNothingWaits(a);
  }

  @Test
  void anAgentThatAsksForItGetsWhatDerivesFromItsOwn() {
    QisClient a = client().send(register("a", "2", 1, 0).put("accept_derived", true));
    a.next("registered");
    QisClient b = agent("b", 1, 0);
    a.send(outcome(new JsonObject().put("outcome_id", "p-1"))).next("outcome_ack");
    b.next("incoming_outcome");
    JsonObject ack = b.send(outcome(derived("p-2", "p-1"))).next("outcome_ack");
    assertThat(ack.getJsonArray("routed_to")).isEqualTo(new JsonArray().add("a"));
  }

  private static JsonObject derived(String id, String from) {
    return new JsonObject().put("outcome_id", id).put("derived_from", new JsonArray().add(from));
  }

  // Order and correlation

  @ParameterizedTest
  @ValueSource(strings = {"\"text é\"", "17", "-1.50", "\"\""})
  void everyReplyRepeatsTheIdOfItsMessage(String id) {
    RawWebSocket socket = raw();
    String tail = ",\"id\":" + id + "}";
    socket.sendText("{\"type\":\"register\",\"agent_id\":\"a\",\"fingerprint\":[1]" + tail);
    assertThat(socket.readText()).startsWith("{\"type\":\"registered\"").endsWith(tail);
    socket.sendText("{\"type\":\"outcome\",\"packet\":{}" + tail);
    assertThat(socket.readText()).startsWith("{\"type\":\"outcome_ack\"").endsWith(tail);
    socket.sendText("{\"type\":\"ping\"" + tail);
    assertThat(socket.readText()).isEqualTo("{\"type\":\"pong\"" + tail);
    socket.sendText("{\"type\":\"query\",\"fingerprint\":[1]" + tail);
    assertThat(socket.readText()).startsWith("{\"type\":\"query_result\"").endsWith(tail);
    for (String bad :
        List.of(
            "{\"type\":\"dance\"",
            "{\"type\":\"register\",\"fingerprint\":[]",
            "{\"type\":\"register\",\"profile\":\"text\"",
            "{\"type\":\"outcome\"",
            "{\"type\":\"outcome\",\"packet\":{\"confidence\":2}")) {
      socket.sendText(bad + tail);
      assertThat(socket.readText()).startsWith("{\"type\":\"error\"").endsWith(tail);
    }
  }

  @Test
  void aQueryNamesTheClosestAgents() {
    agent("near", 1, 0.1);
    agent("nearest", 1, 0);
    agent("far", 0, 1);
    QisClient asker = client();
    JsonObject reply =
        asker.send("{\"type\":\"query\",\"fingerprint\":[1,0]}").next("query_result");
    assertThat(reply.encode())
        .isEqualTo(
            "{\"type\":\"query_result\",\"agents\":[{\"agent_id\":\"nearest\",\"similarity\":1.0},"
                + "{\"agent_id\":\"near\",\"similarity\":0.995}]}");
    JsonObject one =
        asker.send("{\"type\":\"query\",\"fingerprint\":[1,0],\"limit\":1}").next("query_result");
    assertThat(one.getJsonArray("agents")).hasSize(1);
  }

  @Test
  void repliesToPipelinedMessagesLeaveInTheirOrder() {
    RawWebSocket socket = raw();
    List<String> messages = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String tail = ",\"id\":" + i + "}";
      switch (i % 4) {
        case 0 -> {
          messages.add(
              "{\"type\":\"register\",\"agent_id\":\"p" + i + "\",\"fingerprint\":[1,0]" + tail);
          expected.add("registered " + i);
        }
        case 1 -> {
          messages.add("{\"type\":\"outcome\",\"packet\":{}" + tail);
          expected.add("outcome_ack " + i);
        }
        case 2 -> {
          messages.add("{\"type\":\"outcome\",\"packet\":{\"outcome_id\":\"i" + i + "\"}" + tail);
          expected.add("outcome_ack " + i);
        }
        default -> {
          messages.add("{\"type\":\"register\",\"profile\":\"p\"" + tail);
          expected.add("error " + i);
        }
      }
    }
    socket.sendText(messages.toArray(String[]::new));
    List<String> replies = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      JsonObject reply = new JsonObject(socket.readText());
      replies.add(reply.getString("type") + " " + reply.getInteger("id"));
    }
    assertThat(replies).isEqualTo(expected);
  }

  @Test
  void anOutcomeRightBehindARegistrationWaitsForIt() {
    QisClient receiver = agent("receiver", 1, 0);
    RawWebSocket socket = raw();
    socket.sendText(
        "{\"type\":\"register\",\"agent_id\":\"quick\",\"fingerprint\":[1,0]}",
        "{\"type\":\"outcome\",\"packet\":{\"payload\":\"first\"}}",
        "{\"type\":\"outcome\",\"packet\":{\"payload\":\"second\"}}");
    assertThat(socket.readText()).startsWith("{\"type\":\"registered\"");
    assertThat(socket.readText()).contains("\"routed_to\":[\"receiver\"]");
    assertThat(socket.readText()).contains("\"routed_to\":[\"receiver\"]");
    for (String payload : List.of("first", "second")) {
      JsonObject packet = receiver.next("incoming_outcome").getJsonObject("packet");
      assertThat(packet.getString("payload")).isEqualTo(payload);
      assertThat(packet.getString("source_agent")).isEqualTo("quick");
    }
  }

  @Test
  void outcomesOfOneEmitterReachOneReceiverInTheirOrder() {
    QisClient receiver = agent("receiver", 1, 0);
    RawWebSocket socket = raw();
    socket.sendText("{\"type\":\"register\",\"agent_id\":\"emitter\",\"fingerprint\":[1,0]}");
    socket.readText();
    List<String> messages = new ArrayList<>();
    List<Integer> emitted = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      String id = i % 2 == 0 ? ",\"outcome_id\":\"n" + i + "\"" : "";
      messages.add("{\"type\":\"outcome\",\"packet\":{\"payload\":" + i + id + "}}");
      emitted.add(i);
    }
    socket.sendText(messages.toArray(String[]::new));
    List<Integer> received = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      JsonObject packet = receiver.next("incoming_outcome").getJsonObject("packet");
      received.add(packet.getInteger("payload"));
    }
    assertThat(received).isEqualTo(emitted);
  }

  @Test
  void aProfileIsRefusedWhileNobodyEmbeds() {
    QisClient agent = client().send("{\"type\":\"register\",\"profile\":\"text\"}");
    JsonObject error = refusal(agent, "UNAVAILABLE");
    assertThat(error.getJsonObject("details").getString("role")).isEqualTo("embedder");
    agent.send("{\"type\":\"query\",\"profile\":\"text\"}");
    error = refusal(agent, "UNAVAILABLE");
    assertThat(error.getJsonObject("details").getString("role")).isEqualTo("embedder");
  }

  @Test
  void oneIdFromTwoSessionsBelongsToTheLater() {
    QisClient emitter = agent("emitter");
    QisClient first = agent("shared", 1, 0);
    QisClient second = client();
    assertThat(second.register("shared", 1, 0).getInteger("agent_count")).isEqualTo(2);
    JsonObject moved = refusal(first, "AGENT_MOVED");
    assertThat(moved.getJsonObject("details").getString("agent_id")).isEqualTo("shared");
    first.send("{\"type\":\"outcome\",\"packet\":{\"fingerprint\":[1,0]}}");
    refusal(first, "NOT_REGISTERED");
    emitter.emit("p", 1, 0);
    second.next("incoming_outcome");
    assertNothingWaits(first);
    first.close();
    first.closeCode();
    assertThat(client().register("after", 0, 1).getInteger("agent_count")).isEqualTo(3);
    assertThat(emitter.emit("p", 1, 0).getJsonArray("routed_to"))
        .isEqualTo(new JsonArray().add("shared"));
    second.next("incoming_outcome");
  }

  @Test
  void aSessionThatLostItsIdMayTakeItBack() {
    QisClient first = agent("shared", 1, 0);
    QisClient second = agent("shared", 1, 0);
    refusal(first, "AGENT_MOVED");
    first.register("shared", 1, 0);
    refusal(second, "AGENT_MOVED");
    assertThat(agent("emitter").emit("p", 1, 0).getInteger("matches_found")).isEqualTo(1);
    first.next("incoming_outcome");
    assertNothingWaits(second);
  }

  // What ends a session

  @Test
  void aBinaryMessageClosesWith1003() {
    RawWebSocket socket = raw();
    socket.send(RawWebSocket.frame(RawWebSocket.BINARY, true, new byte[] {1, 2, 3}));
    assertThat(socket.closeCode()).isEqualTo(1003);
  }

  @Test
  void textThatIsNotUtf8ClosesWith1007() {
    RawWebSocket socket = raw();
    byte[] bad = "{\"type\":\"ping\",\"x\":\"?\"}".getBytes(StandardCharsets.US_ASCII);
    bad[bad.length - 3] = (byte) 0xC3;
    socket.send(RawWebSocket.frame(RawWebSocket.TEXT, true, bad));
    assertThat(socket.closeCode()).isEqualTo(1007);
  }

  private static byte[] padded(int length) {
    String head = "{\"type\":\"ping\",\"pad\":\"";
    return (head + "x".repeat(length - head.length() - 2) + "\"}")
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void aMessageOfTheLimitIsTaken() {
    RawWebSocket socket = raw();
    byte[] whole = padded(InProcessNode.MAX_MESSAGE);
    socket.send(RawWebSocket.frame(RawWebSocket.TEXT, true, whole));
    assertThat(socket.readText()).isEqualTo("{\"type\":\"pong\"}");
    sendInParts(socket, whole);
    assertThat(socket.readText()).isEqualTo("{\"type\":\"pong\"}");
  }

  private static void sendInParts(RawWebSocket socket, byte[] message) {
    int part = 10_000;
    for (int from = 0; from < message.length; from += part) {
      int to = Math.min(message.length, from + part);
      socket.send(
          RawWebSocket.frame(
              from == 0 ? RawWebSocket.TEXT : RawWebSocket.CONTINUATION,
              to == message.length,
              Arrays.copyOfRange(message, from, to)));
    }
  }

  @Test
  void aMessageOverTheLimitClosesWith1009() {
    RawWebSocket socket = raw();
    socket.send(RawWebSocket.frame(RawWebSocket.TEXT, true, padded(InProcessNode.MAX_MESSAGE + 1)));
    assertThat(socket.closeCode()).isEqualTo(1009);
  }

  @Test
  void aFragmentedMessageOverTheLimitClosesWith1009() {
    RawWebSocket socket = raw();
    sendInParts(socket, padded(InProcessNode.MAX_MESSAGE + 1));
    assertThat(socket.closeCode()).isEqualTo(1009);
  }

  @Test
  void aMessageMayComeInFragmentsWithAPingBetween() {
    RawWebSocket socket = raw();
    byte[] text = "{\"type\":\"ping\",\"id\":\"é\"}".getBytes(StandardCharsets.UTF_8);
    int inTheMiddleOfALetter = text.length - 3;
    socket.send(
        RawWebSocket.frame(RawWebSocket.TEXT, false, Arrays.copyOf(text, inTheMiddleOfALetter)),
        RawWebSocket.frame(RawWebSocket.PING, true, new byte[] {7}),
        RawWebSocket.frame(
            RawWebSocket.CONTINUATION,
            true,
            Arrays.copyOfRange(text, inTheMiddleOfALetter, text.length)));
    RawWebSocket.Frame pong = socket.read();
    assertThat(pong.type()).isEqualTo(RawWebSocket.PONG);
    assertThat(pong.payload()).containsExactly(7);
    assertThat(socket.readText()).isEqualTo("{\"type\":\"pong\",\"id\":\"é\"}");
  }

  @Test
  void tooManyBadMessagesCloseWith4002AndEveryEarlierOneIsAnswered() {
    RawWebSocket socket = raw();
    for (int i = 0; i < InProcessNode.MALFORMED_PER_MINUTE; i++) {
      socket.sendText("bad");
      assertThat(socket.readText()).contains("INVALID_JSON");
    }
    socket.sendText("{\"type\":\"ping\"}");
    assertThat(socket.readText()).isEqualTo("{\"type\":\"pong\"}");
    socket.sendText("bad");
    assertThat(socket.closeCode()).isEqualTo(4002);
  }

  // Doors

  @Test
  void bothDoorsLeadToTheSameMesh() {
    RawWebSocket web = RawWebSocket.connect(node.httpPort(), "/ws/qis");
    sockets.add(web);
    web.sendText("{\"type\":\"register\",\"agent_id\":\"web\",\"fingerprint\":[1,0]}");
    web.readText();
    QisClient emitter = agent("emitter");
    assertThat(emitter.emit("p", 1, 0).getJsonArray("routed_to"))
        .isEqualTo(new JsonArray().add("web"));
    assertThat(web.readText()).contains("\"payload\":\"p\"");
  }

  @Test
  void otherPathsAreNotFound() {
    for (String path : List.of("/", "/ws/other", "/ws/qis/x")) {
      assertThatThrownBy(() -> RawWebSocket.connect(node.httpPort(), path))
          .hasMessageContaining("404");
    }
    for (String path : List.of("/ws/qis", "/x")) {
      assertThatThrownBy(() -> RawWebSocket.connect(node.agentPort(), path))
          .hasMessageContaining("404");
    }
  }
}
