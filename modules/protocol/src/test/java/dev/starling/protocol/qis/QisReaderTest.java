/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import static dev.starling.protocol.qis.QisReading.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.qis.QisClientMessage.Outcome;
import dev.starling.protocol.qis.QisClientMessage.Ping;
import dev.starling.protocol.qis.QisClientMessage.Query;
import dev.starling.protocol.qis.QisClientMessage.Register;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What each kind of message is read as, wherever its fields stand. */
final class QisReaderTest {
  @Test
  void theRegisterOfTheReferenceIsRead() {
    String text =
        """
        {"type":"register","agent_id":"browser-agent-001","fingerprint":[0.25,-0.5,1e-3],\
        "meta":{"env":"browser","userAgent":"x"}}\
        """;

    assertThat(read(text))
        .isEqualTo(
            new Register(
                null,
                "browser-agent-001",
                Fingerprint.of(0.25f, -0.5f, 1e-3f),
                null,
                null,
                RawJson.of("{\"env\":\"browser\",\"userAgent\":\"x\"}"),
                false,
                0));
  }

  @Test
  void everyFieldOfARegisterIsRead() {
    String text =
        """
        { "accept_derived" : true , "meta" : { "a" : [1] } , "threshold" : 0.9 ,
          "space" : "news" , "fingerprint" : [ 1 , 2 ] , "agent_id" : "é😀" ,
          "unknown" : { "deep" : [ null , "x" ] } , "id" : "r-1" , "tasks" : 1000 ,
          "type" : "register" }
        """;

    assertThat(read(text))
        .isEqualTo(
            new Register(
                RawJson.of("\"r-1\""),
                "é😀",
                new Fingerprint("news", new float[] {1, 2}),
                0.9,
                null,
                RawJson.of("{ \"a\" : [1] }"),
                true,
                1_000));
  }

  @Test
  void aRegisterMayHaveAProfileInPlaceOfAFingerprint() {
    assertThat(read("{\"type\":\"register\",\"profile\":\"weather in Oslo\"}"))
        .isEqualTo(new Register(null, null, null, null, "weather in Oslo", null, false, 0));
  }

  @Test
  void aRegisterMayHaveNothingAtAll() {
    assertThat(read("{\"type\":\"register\"}"))
        .isEqualTo(new Register(null, null, null, null, null, null, false, 0));
  }

  @Test
  void nullMeansAbsentInARegister() {
    String text =
        """
        {"type":"register","id":null,"agent_id":null,"fingerprint":null,"space":null,\
        "threshold":null,"profile":null,"meta":null,"accept_derived":null,"tasks":null}\
        """;

    assertThat(read(text)).isEqualTo(new Register(null, null, null, null, null, null, false, 0));
  }

  @Test
  void anEmptyAgentIdAndAnEmptySpaceMeanAbsent() {
    assertThat(read("{\"type\":\"register\",\"agent_id\":\"\",\"space\":\"\",\"fingerprint\":[1]}"))
        .isEqualTo(new Register(null, null, Fingerprint.of(1), null, null, null, false, 0));
  }

  @Test
  void aQueryIsRead() {
    assertThat(read("{\"type\":\"query\",\"fingerprint\":[1,2],\"limit\":3,\"id\":7}"))
        .isEqualTo(new Query(RawJson.of("7"), Fingerprint.of(1, 2), null, 3));
    assertThat(read("{\"type\":\"query\",\"profile\":\"x\"}"))
        .isEqualTo(new Query(null, null, "x", 10));
    assertThat(read("{\"type\":\"query\",\"space\":\"s\",\"fingerprint\":[1]}"))
        .isEqualTo(new Query(null, new Fingerprint("s", new float[] {1}), null, 10));
  }

  @Test
  void nullMeansAbsentInAQuery() {
    String text =
        """
        {"type":"query","id":null,"fingerprint":[1],"space":null,"profile":null,"limit":null}\
        """;

    assertThat(read(text)).isEqualTo(new Query(null, Fingerprint.of(1), null, 10));
  }

  @Test
  void aPingIsRead() {
    assertThat(read("{\"type\":\"ping\"}")).isEqualTo(new Ping(null, null));
    assertThat(read("{\"type\":\"ping\",\"timestamp\":null,\"id\":null}"))
        .isEqualTo(new Ping(null, null));
    assertThat(read("{\"type\":\"ping\",\"timestamp\":1750000000000.50,\"id\":\"p\"}"))
        .isEqualTo(new Ping(RawJson.of("\"p\""), RawJson.of("1750000000000.50")));
    assertThat(read("{\"type\":\"ping\",\"timestamp\":\"now\",\"id\":-0}"))
        .isEqualTo(new Ping(RawJson.of("-0"), RawJson.of("\"now\"")));
  }

  @Test
  void theOutcomeOfTheReferenceIsRead() {
    String members =
        "\"fingerprint\":[0.5,0.25],\"payload\":\"é\",\"confidence\":0.85,\"timestamp\":1.75e9";

    assertThat(read("{\"type\":\"outcome\",\"packet\":{" + members + "}}"))
        .isEqualTo(
            new Outcome(
                null,
                new OutcomePacket(
                    null, Fingerprint.of(0.5f, 0.25f), List.of(), 0, RawJson.of(members))));
  }

  @Test
  void anOutcomeMayComeWithAnEmptyPacketAndAnId() {
    assertThat(read("{\"type\":\"outcome\",\"id\":1,\"packet\":{}}"))
        .isEqualTo(
            new Outcome(
                RawJson.of("1"), new OutcomePacket(null, null, List.of(), 0, RawJson.of(""))));
  }

  @Test
  void theTypeMayStandAnywhereAndBeEscaped() {
    Ping ping = new Ping(RawJson.of("5"), null);

    assertThat(read("{\"id\":5,\"type\":\"ping\"}")).isEqualTo(ping);
    assertThat(read("{\"a\":{\"type\":\"register\"},\"id\":5,\"type\":\"ping\"}")).isEqualTo(ping);
    assertThat(read("{\"t\\u0079pe\":\"p\\u0069ng\",\"\\u0069d\":5}")).isEqualTo(ping);
    assertThat(read("{\"type\":null,\"type\":\"ping\",\"id\":5}")).isEqualTo(ping);
    assertThat(read(" \n{\"type\":\"ping\",\"id\":5}\t\r\n ")).isEqualTo(ping);
  }

  @Test
  void ofFieldsOfOneNameTheLastCounts() {
    assertThat(read("{\"type\":\"ping\",\"id\":1,\"id\":2,\"i\\u0064\":3}"))
        .isEqualTo(new Ping(RawJson.of("3"), null));
    assertThat(read("{\"type\":\"query\",\"fingerprint\":[1],\"fingerprint\":[2,3]}"))
        .isEqualTo(new Query(null, Fingerprint.of(2, 3), null, 10));
  }

  @Test
  void onlyTheGivenBytesAreRead() {
    byte[] bytes = "}{\"type\":\"ping\",\"id\":12}34".getBytes(StandardCharsets.UTF_8);

    assertThat(QisReading.read(bytes, 1, bytes.length - 2))
        .isEqualTo(new Ping(RawJson.of("12"), null));
  }
}
