/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.JsonTree;
import dev.starling.protocol.RawJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PacketReaderTest {
  private static final String[] KEPT = {
    "\"payload\":\"é😀 \\u0041\\n\"",
    "\"payload\" : { \"source_agent\" : \"inner\", \"hops\":[1 , 2.50E+1] }",
    "\"confidence\":0.850",
    "\"timestamp\" :\t1.75e9",
    "\"x\":null",
    "\"\":[]",
    "\"outcome_id2\":\"}],{\"",
    "\"deep\":[[[{\"a\":[true,false,{}]}]],1e999]",
    "\"fingerprint\":[0.10, 2e0 ,-3]",
    "\"space\":\"news\"",
    "\"derived_from\":[\"a\" , \"b\"]",
    "\"big\":123456789012345678901234567890.5",
    "\"esc\\u0061ped\\\"name\":\"\\\\\""
  };
  private static final String[] CUT = {
    "\"outcome_id\":\"o\"",
    "\"outcome_id\" : null",
    "\"source_agent\":\"someone else\"",
    "\"source\\u005fagent\":{\"a\":[1,2]}",
    "\"source_agent\":[\"}\"]",
    "\"hops\":3",
    "\"h\\u006fps\" : 7",
    "\"hops\":null",
    "\"outcome\\u005Fid\":\"p\"",
    "\"fingerprint\" : null"
  };
  private static final String[] COMMAS = {",", " ,", ", ", " , ", ",\n  ", "\t,\r\n"};

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                                       | ``
          {  }                                                     | ``
          {"a":1}                                                  | "a":1
          { "a" : 1 , "b":[ 2 ]  }                                 | "a" : 1 , "b":[ 2 ]
          {"outcome_id":"o","a":1,"b":2}                           | "a":1,"b":2
          {"a":1,"outcome_id":"o" , "b":2}                         | "a":1,"b":2
          {"a":1, "b":2 ,"outcome_id":"o"}                         | "a":1, "b":2
          {"outcome_id":"o"}                                       | ``
          {"source_agent":"s","hops":1,"outcome_id":"o"}           | ``
          { "source_agent" : {"a":[1]} , "a" : 1 , "hops" : 2 }    | "a" : 1
          {"a":1,"hops":1,"hops":2,"b":2,"hops":3,"c":3,"d":4}     | "a":1,"b":2,"c":3,"d":4
          {"source\\u005fagent":"s","a":1}                         | "a":1
          {"\\u0073ource_agent":"s","a":1,"\\u0068ops":1}          | "a":1
          {"a":{"source_agent":"s","hops":1,"outcome_id":"o"}}     | "a":{"source_agent":"s","hops":1,"outcome_id":"o"}
          {"Hops":1,"hops ":2,"source_agents":3}                   | "Hops":1,"hops ":2,"source_agents":3
          {"fingerprint":null,"a":1}                               | "a":1
          {"a":1,"fingerprint":null}                               | "a":1
          {"fingerprint":[1 ,2],"a":1}                             | "fingerprint":[1 ,2],"a":1
          {"space":null,"confidence":null,"timestamp":null}        | "space":null,"confidence":null,"timestamp":null
          {"derived_from":null,"a":1}                              | "derived_from":null,"a":1
          """)
  void theMembersTravelByteForByteWithoutThoseOfTheMesh(String packet, String members) {
    assertThat(read(packet).members()).hasToString(members);
  }

  @Test
  void whatIsCutIsRead() {
    OutcomePacket packet =
        read("{\"outcome_id\":\"o\",\"hops\":3,\"derived_from\":[\"a\"],\"fingerprint\":[1,2]}");

    assertThat(packet.outcomeId()).isEqualTo("o");
    assertThat(packet.hops()).isEqualTo(3);
    assertThat(packet.derivedFrom()).containsExactly("a");
    assertThat(packet.fingerprint()).isEqualTo(Fingerprint.of(1, 2));
  }

  @Test
  void nullAndTheEmptyStringAreNoOutcomeId() {
    assertThat(read("{\"outcome_id\":null}").outcomeId()).isNull();
    assertThat(read("{\"outcome_id\":\"\"}").outcomeId()).isNull();
    assertThat(read("{\"outcome_id\":\" \"}").outcomeId()).isEqualTo(" ");
  }

  /** Receivers take the last of two fingerprints; what is routed by must be that one. */
  @Test
  void theFingerprintRoutedByIsTheOneThatReceiversSee() {
    for (String text :
        List.of(
            "{\"fingerprint\":[1,0],\"fingerprint\":[0,1]}",
            "{\"fingerprint\":[0,1],\"fingerprint\":null}",
            "{\"fingerprint\":null,\"fingerprint\":[0,1]}")) {
      OutcomePacket packet = read(text);
      assertThat(packet.fingerprint()).as(text).isEqualTo(Fingerprint.of(0, 1));
      assertThat(tree(OutcomeEnvelope.packet("o", "s", 0, packet.members())))
          .as(text)
          .containsEntry("fingerprint", List.of(0.0, 1.0));
    }
  }

  @Test
  void anyMixOfMembersKeepsItsOwnInOrderAndLosesThoseOfTheMesh() {
    Random random = new Random(13);
    for (int i = 0; i < 5_000; i++) {
      StringBuilder packet = new StringBuilder(random.nextBoolean() ? "{" : "{ \n");
      StringBuilder expected = new StringBuilder();
      boolean previousKept = false;
      int count = random.nextInt(9);
      for (int member = 0; member < count; member++) {
        String comma = member == 0 ? "" : one(random, COMMAS);
        boolean kept = random.nextInt(3) > 0;
        String text = one(random, kept ? KEPT : CUT);
        packet.append(comma).append(text);
        if (kept) {
          expected.append(expected.isEmpty() ? "" : previousKept ? comma : ",").append(text);
        }
        previousKept = kept;
      }
      packet.append(random.nextBoolean() ? "}" : "\t}");
      requireTravels(packet.toString(), expected.toString());
    }
  }

  private static void requireTravels(String text, String expected) {
    OutcomePacket packet = read(text);
    assertThat(packet.members()).as(text).hasToString(expected);
    Map<String, @Nullable Object> wanted = tree(text.getBytes(StandardCharsets.UTF_8));
    wanted.put("outcome_id", "id \"1\"");
    wanted.put("source_agent", "é");
    wanted.remove("hops");
    wanted.put("hops", 4.0);
    if (packet.fingerprint() == null) {
      wanted.remove("fingerprint");
    } else {
      wanted.put("fingerprint", List.of(0.1, 2.0, -3.0));
    }
    assertThat(tree(OutcomeEnvelope.packet("id \"1\"", "é", 4, packet.members())))
        .as(text)
        .isEqualTo(wanted);
  }

  private static Map<String, @Nullable Object> tree(byte[] bytes) {
    return JsonTree.object(bytes);
  }

  private static String one(Random random, String[] of) {
    return of[random.nextInt(of.length)];
  }

  private static OutcomePacket read(String packet) {
    byte[] bytes =
        ("{\"type\":\"outcome\",\"packet\": " + packet + " ,\"id\":1}")
            .getBytes(StandardCharsets.UTF_8);
    if (QisReading.read(bytes, 0, bytes.length)
        instanceof QisClientMessage.Outcome(RawJson id, OutcomePacket outcome)) {
      assertThat(id).hasToString("1");
      return outcome;
    }
    throw new AssertionError("no outcome");
  }
}
