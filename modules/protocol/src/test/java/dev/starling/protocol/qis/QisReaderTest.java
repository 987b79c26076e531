/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.qis.QisClientMessage.Outcome;
import dev.starling.protocol.qis.QisClientMessage.Ping;
import dev.starling.protocol.qis.QisClientMessage.Query;
import dev.starling.protocol.qis.QisClientMessage.Register;
import dev.starling.protocol.qis.QisReader.Posted;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QisReaderTest {
  private static final String NOT_FINITE = "a finite number within the range of a 32-bit float";
  private static final String AN_ARRAY = "an array of 1 to 4096 numbers";

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
                false));
  }

  @Test
  void everyFieldOfARegisterIsRead() {
    String text =
        """
        { "accept_derived" : true , "meta" : { "a" : [1] } , "threshold" : 0.9 ,
          "space" : "news" , "fingerprint" : [ 1 , 2 ] , "agent_id" : "é😀" ,
          "unknown" : { "deep" : [ null , "x" ] } , "id" : "r-1" , "type" : "register" }
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
                true));
  }

  @Test
  void aRegisterMayHaveAProfileInPlaceOfAFingerprint() {
    assertThat(read("{\"type\":\"register\",\"profile\":\"weather in Oslo\"}"))
        .isEqualTo(new Register(null, null, null, null, "weather in Oslo", null, false));
  }

  @Test
  void aRegisterMayHaveNothingAtAll() {
    assertThat(read("{\"type\":\"register\"}"))
        .isEqualTo(new Register(null, null, null, null, null, null, false));
  }

  @Test
  void nullMeansAbsentInARegister() {
    String text =
        """
        {"type":"register","id":null,"agent_id":null,"fingerprint":null,"space":null,\
        "threshold":null,"profile":null,"meta":null,"accept_derived":null}\
        """;

    assertThat(read(text)).isEqualTo(new Register(null, null, null, null, null, null, false));
  }

  @Test
  void anEmptyAgentIdAndAnEmptySpaceMeanAbsent() {
    assertThat(read("{\"type\":\"register\",\"agent_id\":\"\",\"space\":\"\",\"fingerprint\":[1]}"))
        .isEqualTo(new Register(null, null, Fingerprint.of(1), null, null, null, false));
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

    assertThat(QisReader.read(bytes, 1, bytes.length - 2))
        .isEqualTo(new Ping(RawJson.of("12"), null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                        | None
          {"a":1,"b":{"type":"ping"}}               | None
          {"type":null}                             | None
          {"type":"x"}                              | x
          {"type":""}                               | ``
          {"type":"Ping"}                           | Ping
          {"a":[],"type":"outcomes","b":{}}         | outcomes
          {"type":5}                                | 5
          {"type":true}                             | true
          {"type":{ "a" : 1 }}                      | { "a" : 1 }
          {"type":["ping"]}                         | ["ping"]
          {"type":"é😀"}                            | é😀
          """)
  void anUnknownTypeIsNamed(String text, String type) {
    RefusalException refusal = refusal(text);

    assertThat(refusal.code()).isEqualTo(ErrorCode.UNKNOWN_TYPE);
    assertThat(refusal.text()).isEqualTo("unknown message type: " + type);
    assertThat(refusal.details()).containsExactly(entry("known", "register, outcome, query, ping"));
  }

  @Test
  void aVeryLongTypeIsCutInTheReply() {
    String expected = "unknown message type: " + "x".repeat(256);

    assertThat(refusal("{\"type\":\"" + "x".repeat(100_000) + "\"}").text()).isEqualTo(expected);
    assertThat(refusal("{\"type\":" + "1".repeat(900) + "}").text())
        .isEqualTo("unknown message type: " + "1".repeat(256));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "x",
        "null",
        "5",
        "\"ping\"",
        "true",
        "[]",
        "[{\"type\":\"ping\"}]",
        "{",
        "}",
        "{\"type\"}",
        "{\"type\":}",
        "{\"type\":\"ping\"",
        "{\"type\":\"ping\",}",
        "{\"type\":\"ping\"}}",
        "{\"type\":\"ping\"} x",
        "{\"type\":\"ping\"}{}",
        "{\"type\":\"ping\"} 1",
        "{\"type\":\"ping\"},",
        "{\"type\":\"x\"} 1",
        "{\"type\":\"x\",}",
        "{\"type\":\"x\"",
        "{\"type\":5,",
        "{\"type\":5} 1",
        "{} {}",
        "{}]",
        "{'type':'ping'}",
        "{type:\"ping\"}",
        "{\"type\":\"ping\",\"a\":01}",
        "{\"type\":\"ping\",\"a\":.5}",
        "{\"type\":\"ping\",\"a\":1.}",
        "{\"type\":\"ping\",\"a\":+1}",
        "{\"type\":\"ping\",\"a\":tru}",
        "{\"type\":\"ping\",\"a\":undefined}",
        "{\"type\":\"ping\",\"a\":\"\\x\"}",
        "{\"type\":\"ping\",\"a\":\"\\u12\"}",
        "{\"type\":\"ping\",\"a\":\"\n\"}",
        "{\"type\":\"ping\"/**/}",
        "{\"type\":\"ping\"} // x",
        "\uFEFF{\"type\":\"ping\"}",
        "{\"type\":\"ping\"}\u0000"
      })
  void whatIsNotOneJsonObjectIsInvalidJson(String text) {
    requireInvalidJson(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":NaN}",
        "{\"type\":\"ping\",\"timestamp\":NaN}",
        "{\"type\":\"ping\",\"id\":NaN}",
        "{\"type\":\"ping\",\"x\":Infinity}",
        "{\"type\":\"x\",\"x\":-Infinity}",
        "{\"x\":NaN}",
        "{\"type\":\"register\",\"threshold\":NaN}",
        "{\"type\":\"register\",\"agent_id\":NaN}",
        "{\"type\":\"register\",\"fingerprint\":NaN}",
        "{\"type\":\"register\",\"fingerprint\":[[NaN]]}",
        "{\"type\":\"register\",\"meta\":{\"a\":[{\"b\":NaN}]}}",
        "{\"type\":\"register\",\"meta\":NaN}",
        "{\"type\":\"query\",\"limit\":NaN,\"profile\":\"x\"}",
        "{\"type\":\"outcome\",\"packet\":NaN}",
        "{\"type\":\"outcome\",\"packet\":[NaN]}",
        "{\"type\":\"outcome\",\"packet\":{\"payload\":NaN}}",
        "{\"type\":\"outcome\",\"packet\":{\"payload\":{\"a\":[1,{\"b\":[Infinity]}]}}}",
        "{\"type\":\"outcome\",\"packet\":{\"confidence\":NaN}}",
        "{\"type\":\"outcome\",\"packet\":{\"timestamp\":NaN}}",
        "{\"type\":\"outcome\",\"packet\":{\"hops\":NaN}}",
        "{\"type\":\"outcome\",\"packet\":{\"source_agent\":NaN}}",
        "{\"type\":\"outcome\",\"packet\":{\"derived_from\":[NaN]}}"
      })
  void aLiteralThatIsNoNumberIsInvalidJsonOutsideFingerprints(String text) {
    requireInvalidJson(text);
  }

  @Test
  void numbersBeyondEveryRangeAreJsonAllTheSame() {
    String members = "\"payload\":{\"a\":[1e999,-1e-999,123456789012345678901234567890]}";

    assertThat(read("{\"type\":\"outcome\",\"packet\":{" + members + "}}"))
        .isEqualTo(
            new Outcome(null, new OutcomePacket(null, null, List.of(), 0, RawJson.of(members))));
  }

  @Test
  void nestingIsBounded() {
    String deep = "[".repeat(900) + "]".repeat(900);
    String tooDeep = "[".repeat(100_000) + "]".repeat(100_000);

    assertThat(read("{\"type\":\"ping\",\"x\":" + deep + "}")).isEqualTo(new Ping(null, null));
    requireInvalidJson("{\"type\":\"ping\",\"x\":" + tooDeep + "}");
    requireInvalidJson("{\"type\":\"outcome\",\"packet\":{\"payload\":" + tooDeep + "}}");
    requireInvalidJson("{\"type\":\"register\",\"fingerprint\":" + tooDeep + "}");
    requireInvalidJson("{\"type\":" + tooDeep + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          register | "agent_id":5              | agent_id          | a string                          | a number
          register | "agent_id":{}             | agent_id          | a string                          | an object
          register | "agent_id":true           | agent_id          | a string                          | true
          register | "space":[]                | space             | a string                          | an array
          register | "profile":false           | profile           | a string                          | false
          register | "threshold":"1"           | threshold         | a number                          | a string
          register | "threshold":1e999         | threshold         | a finite number                   | Infinity
          register | "meta":[]                 | meta              | an object                         | an array
          register | "meta":"x"                | meta              | an object                         | a string
          register | "accept_derived":1        | accept_derived    | true or false                     | a number
          register | "accept_derived":"true"   | accept_derived    | true or false                     | a string
          register | "id":{}                   | id                | a string or a number              | an object
          register | "id":true                 | id                | a string or a number              | true
          register | "agent_id":"\\ud800"      | agent_id          | Unicode text                      | half of a surrogate pair
          query    | "limit":0                 | limit             | a whole number from 1 to 1000     | 0
          query    | "limit":1001              | limit             | a whole number from 1 to 1000     | 1001
          query    | "limit":-1                | limit             | a whole number from 1 to 1000     | -1
          query    | "limit":1.5               | limit             | a whole number from 1 to 1000     | 1.5
          query    | "limit":99999999999999999999 | limit          | a whole number from 1 to 1000     | 99999999999999999999
          query    | "limit":"5"               | limit             | a whole number from 1 to 1000     | a string
          query    | "id":[1]                  | id                | a string or a number              | an array
          query    | "space":1                 | space             | a string                          | a number
          query    | "profile":{}              | profile           | a string                          | an object
          ping     | "id":false                | id                | a string or a number              | false
          ping     | "timestamp":{}            | timestamp         | a string or a number              | an object
          outcome  | "id":{}                   | id                | a string or a number              | an object
          outcome  | "id":1                    | packet            | an object                         | nothing
          outcome  | "packet":null             | packet            | an object                         | null
          outcome  | "packet":"x"              | packet            | an object                         | a string
          outcome  | "packet":[{}]             | packet            | an object                         | an array
          """)
  void aFieldOfTheWrongKindOrRangeIsRefusedByName(
      String type, String members, String field, String expected, String came) {
    requireRefused(
        "{\"type\":\"" + type + "\"," + members + "}",
        ErrorCode.INVALID_MESSAGE,
        field,
        expected,
        came);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "outcome_id":1           | packet.outcome_id      | a string                          | a number
          "outcome_id":"\\udc00"   | packet.outcome_id      | Unicode text                      | half of a surrogate pair
          "space":{}               | packet.space           | a string                          | an object
          "timestamp":"now"        | packet.timestamp       | a number                          | a string
          "timestamp":1e999        | packet.timestamp       | a finite number                   | Infinity
          "hops":-1                | packet.hops            | a whole number from 0 to 1000000  | -1
          "hops":1000001           | packet.hops            | a whole number from 0 to 1000000  | 1000001
          "hops":0.5               | packet.hops            | a whole number from 0 to 1000000  | 0.5
          "hops":"2"               | packet.hops            | a whole number from 0 to 1000000  | a string
          "derived_from":"x"       | packet.derived_from    | an array of strings               | a string
          "derived_from":{}        | packet.derived_from    | an array of strings               | an object
          "derived_from":["a",1]   | packet.derived_from[1] | a string                          | a number
          "derived_from":[[]]      | packet.derived_from[0] | a string                          | an array
          "derived_from":["a",null]| packet.derived_from    | at most 64 strings                | null
          """)
  void aFieldOfAPacketIsRefusedByName(String members, String field, String expected, String came) {
    requireRefused(packet(members), ErrorCode.INVALID_MESSAGE, field, expected, came);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          1.0000000000000002 | 1.0000000000000002
          -0.001             | -0.001
          2                  | 2.0
          1e999              | Infinity
          "0.5"              | a string
          true               | true
          [0.5]              | an array
          {}                 | an object
          """)
  void aConfidenceLiesFromZeroToOne(String value, String came) {
    requireRefused(
        packet("\"confidence\":" + value),
        ErrorCode.INVALID_CONFIDENCE,
        "packet.confidence",
        "a number from 0 to 1",
        came);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "0.0", "1.0", "-0", "5e-1", "null", "0.85", "1e-999"})
  void aConfidenceWithinItsBoundsIsTaken(String value) {
    assertThat(read(packet("\"confidence\":" + value))).isInstanceOf(Outcome.class);
  }

  @Test
  void namesHaveAtMost256Characters() {
    String longest = "é".repeat(256);
    String longer = longest + "x";

    assertThat(read("{\"type\":\"register\",\"agent_id\":\"" + longest + "\"}"))
        .isEqualTo(new Register(null, longest, null, null, null, null, false));
    for (String field : List.of("agent_id", "space")) {
      requireRefused(
          "{\"type\":\"register\",\"" + field + "\":\"" + longer + "\"}",
          ErrorCode.INVALID_MESSAGE,
          field,
          "at most 256 characters",
          "257 characters");
    }
    for (String field : List.of("outcome_id", "space")) {
      assertThat(read(packet("\"" + field + "\":\"" + longest + "\""))).isNotNull();
      requireRefused(
          packet("\"" + field + "\":\"" + longer + "\""),
          ErrorCode.INVALID_MESSAGE,
          "packet." + field,
          "at most 256 characters",
          "257 characters");
    }
  }

  @Test
  void aProfileHasAtMost8192Characters() {
    String longest = "p".repeat(8192);

    for (String type : List.of("register", "query")) {
      assertThat(read("{\"type\":\"" + type + "\",\"profile\":\"" + longest + "\"}")).isNotNull();
      requireRefused(
          "{\"type\":\"" + type + "\",\"profile\":\"" + longest + "p\"}",
          ErrorCode.INVALID_MESSAGE,
          "profile",
          "at most 8192 characters",
          "8193 characters");
    }
  }

  @Test
  void metaHasAtMost16384Bytes() {
    String longest = "{\"a\":\"" + "é".repeat((16384 - 8) / 2) + "\"}";

    assertThat(read("{\"type\":\"register\",\"meta\":" + longest + "}"))
        .isEqualTo(new Register(null, null, null, null, null, RawJson.of(longest), false));
    requireRefused(
        "{\"type\":\"register\",\"meta\":" + longest.replace("\"a\"", "\"a\" ") + "}",
        ErrorCode.INVALID_MESSAGE,
        "meta",
        "at most 16384 bytes",
        "16385 bytes");
  }

  @Test
  void anIdHasAtMost256Bytes() {
    String longest = "\"" + "i".repeat(254) + "\"";

    assertThat(read("{\"type\":\"ping\",\"id\":" + longest + "}"))
        .isEqualTo(new Ping(RawJson.of(longest), null));
    requireRefused(
        "{\"type\":\"ping\",\"id\":\"" + "i".repeat(255) + "\"}",
        ErrorCode.INVALID_MESSAGE,
        "id",
        "at most 256 bytes",
        "257 bytes");
  }

  @Test
  void anOutcomeHasAtMost64Parents() {
    String most = String.join(",", Collections.nCopies(64, "\"p\""));

    assertThat(read(packet("\"derived_from\":[" + most + "],\"hops\":1000000")))
        .isEqualTo(
            new Outcome(
                null,
                new OutcomePacket(
                    null,
                    null,
                    Collections.nCopies(64, "p"),
                    1_000_000,
                    RawJson.of("\"derived_from\":[" + most + "]"))));
    requireRefused(
        packet("\"derived_from\":[" + most + ",\"p\"]"),
        ErrorCode.INVALID_MESSAGE,
        "packet.derived_from",
        "at most 64 strings",
        "more");
    requireRefused(
        packet("\"derived_from\":[\"" + "p".repeat(257) + "\"]"),
        ErrorCode.INVALID_MESSAGE,
        "packet.derived_from[0]",
        "at most 256 characters",
        "257 characters");
  }

  @Test
  void whatCameIsShownInFortyCharactersAtMost() {
    requireRefused(
        "{\"type\":\"query\",\"limit\":" + "7".repeat(41) + "}",
        ErrorCode.INVALID_MESSAGE,
        "limit",
        "a whole number from 1 to 1000",
        "7".repeat(40) + "…");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1000})
  void aLimitWithinItsBoundsIsTaken(int limit) {
    assertThat(read("{\"type\":\"query\",\"profile\":\"x\",\"limit\":" + limit + "}"))
        .isEqualTo(new Query(null, null, "x", limit));
  }

  @ParameterizedTest
  @ValueSource(strings = {"register", "query"})
  void aFingerprintAndAProfileExcludeEachOther(String type) {
    requireRefused(
        "{\"type\":\"" + type + "\",\"fingerprint\":[1],\"profile\":\"x\"}",
        ErrorCode.INVALID_MESSAGE,
        "profile",
        "a fingerprint or a profile",
        "both");
  }

  @Test
  void aQueryForNothingIsRefused() {
    requireRefused(
        "{\"type\":\"query\",\"limit\":5}",
        ErrorCode.INVALID_FINGERPRINT,
        "fingerprint",
        "a fingerprint or a profile",
        "neither");
  }

  @Test
  void aFingerprintHasOneTo4096FiniteNumbersWhereverItStands() {
    String most = String.join(",", Collections.nCopies(4096, "0.5"));
    for (String field : List.of("register", "query", "packet.fingerprint")) {
      boolean inPacket = field.startsWith("packet");
      String before = inPacket ? packetHead() : "{\"type\":\"" + field + "\",\"fingerprint\":";
      String after = inPacket ? "}}" : "}";
      String name = inPacket ? field : "fingerprint";
      assertThat(read(before + "[" + most + "]" + after)).isNotNull();
      requireFingerprint(before + "[" + most + ",1]" + after, name, AN_ARRAY, "4097 numbers");
      requireFingerprint(before + "[ ]" + after, name, AN_ARRAY, "0 numbers");
      requireFingerprint(before + "\"1,2\"" + after, name, AN_ARRAY, "a string");
      requireFingerprint(before + "{\"0\":1}" + after, name, AN_ARRAY, "an object");
      requireFingerprint(before + "[1,NaN]" + after, name + "[1]", NOT_FINITE, "NaN");
      requireFingerprint(before + "[-1e39]" + after, name + "[0]", NOT_FINITE, "-Infinity");
      requireFingerprint(before + "[1,null]" + after, name + "[1]", "a number", "null");
      requireFingerprint(before + "[1,2,\"3\"]" + after, name + "[2]", "a number", "a string");
      requireInvalidJson(before + "[1,2" + after);
      requireInvalidJson(before + "[1,]" + after);
      requireInvalidJson(before + "[01]" + after);
      requireInvalidJson(before + "[null,01]" + after);
    }
  }

  @Test
  void theSpaceOfAPacketMayComeBeforeOrBehindItsFingerprint() {
    Fingerprint inNews = new Fingerprint("news", new float[] {1, 2});

    for (String members :
        List.of(
            "\"space\":\"news\",\"fingerprint\":[1,2]",
            "\"fingerprint\":[1,2],\"space\":\"news\"")) {
      assertThat(read(packet(members)))
          .isEqualTo(
              new Outcome(
                  null, new OutcomePacket(null, inNews, List.of(), 0, RawJson.of(members))));
    }
  }

  @Test
  void anOutcomePostedByRestIsRead() {
    OutcomePacket packet = new OutcomePacket(null, null, List.of(), 0, RawJson.of("\"p\":\"é\""));

    assertThat(posted("{\"packet\":{\"p\":\"é\"}}")).isEqualTo(new Posted(null, packet));
    assertThat(posted("{\"agent_id\":\"a\",\"x\":[1],\"packet\":{\"p\":\"é\"}}"))
        .isEqualTo(new Posted("a", packet));
    assertThat(posted("{\"agent_id\":null,\"packet\":{\"p\":\"é\"}}"))
        .isEqualTo(new Posted(null, packet));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "null", "5", "{", "{\"packet\":{}}x", "{\"packet\":{}", "\"x\""})
  void aPostedBodyThatIsNoObjectIsInvalidJson(String body) {
    RefusalException refusal = catchThrowableOfType(RefusalException.class, () -> posted(body));

    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_JSON);
    assertThat(refusal.text()).isEqualTo("invalid JSON");
  }

  @Test
  void aPostedBodyThatIsNotUtf8IsInvalidJson() {
    byte[] body = "{\"packet\":{\"p\":\"é\"}}".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(catchThrowableOfType(RefusalException.class, () -> QisReader.posted(body)).code())
        .isEqualTo(ErrorCode.INVALID_JSON);
  }

  @Test
  void aPostedBodyWithoutAPacketIsRefused() {
    assertThat(catchThrowableOfType(RefusalException.class, () -> posted("{}")).details())
        .containsEntry("field", "packet")
        .containsEntry("came", "nothing");
    assertThat(
            catchThrowableOfType(
                    RefusalException.class, () -> posted("{\"agent_id\":1,\"packet\":{}}"))
                .details())
        .containsEntry("field", "agent_id");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type":"x","id":"a b"}                              | "a b"
          {"id":12.50}                                         | 12.50
          {"id":1,"type":"outcome","packet":5}                 | 1
          {"type":"outcome","packet":{"id":2},"id":"\\u00e9"}  | "\\u00e9"
          {"i\\u0064" : 3 , "x" : [{}]}                        | 3
          """)
  void theIdOfARefusedMessageIsFound(String text, String id) {
    assertThat(idOf(text)).isEqualTo(RawJson.of(id));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"type\":\"x\"}",
        "{\"id\":null}",
        "{\"id\":{}}",
        "{\"id\":true}",
        "{\"id\":NaN}",
        "{\"id\":1,\"x\":tru}",
        "{\"id\":1",
        "{\"x\":{\"id\":1}}",
        "\"id\"",
        "x"
      })
  void whereThereIsNoIdOrNoTellingThereIsNone(String text) {
    assertThat(idOf(text)).isNull();
  }

  @Test
  void anIdThatIsTooLongIsNotRepeated() {
    assertThat(idOf("{\"id\":\"" + "i".repeat(255) + "\"}")).isNull();
  }

  private static QisClientMessage read(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return QisReader.read(bytes, 0, bytes.length);
  }

  private static Posted posted(String text) {
    return QisReader.posted(text.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable RawJson idOf(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return QisReader.idOf(bytes, 0, bytes.length);
  }

  private static String packet(String members) {
    return "{\"type\":\"outcome\",\"packet\":{" + members + "}}";
  }

  private static String packetHead() {
    return "{\"type\":\"outcome\",\"packet\":{\"fingerprint\":";
  }

  private static RefusalException refusal(String text) {
    RefusalException refusal = catchThrowableOfType(RefusalException.class, () -> read(text));
    assertThat(refusal).as(text).isNotNull();
    return refusal;
  }

  private static void requireInvalidJson(String text) {
    RefusalException refusal = refusal(text);
    assertThat(refusal.text()).as(text).isEqualTo("invalid JSON");
    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_JSON);
    assertThat(refusal.details()).isEmpty();
  }

  private static void requireFingerprint(String text, String field, String expected, String came) {
    requireRefused(text, ErrorCode.INVALID_FINGERPRINT, field, expected, came);
  }

  private static void requireRefused(
      String text, ErrorCode code, String field, String expected, String came) {
    RefusalException refusal = refusal(text);
    assertThat(refusal.code()).as(text).isEqualTo(code);
    assertThat(refusal.details())
        .containsExactly(entry("field", field), entry("expected", expected), entry("came", came));
    assertThat(refusal.text()).isEqualTo(field + ": expected " + expected + ", got " + came);
  }
}
