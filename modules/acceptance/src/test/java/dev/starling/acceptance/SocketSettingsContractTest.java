/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which values settings take, and what is answered to others. */
class SocketSettingsContractTest extends SocketContract {
  private static final String SPRING = "visualisation.physics.springK";

  @AfterEach
  void takeTheDefaultBack() {
    console(Door.OPEN).set(SPRING, null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          visualisation.physics.springK | "strong" | a number from
          visualisation.physics.springK | -1 | a number from
          visualisation.physics.springK | 1.0E99 | a number from
          visualisation.physics.springK | true | a number from
          visualisation.physics.springK | {"x":1} | a number from
          router.maxHops | 1.5 | a whole number from
          router.maxHops | 0 | a whole number from
          router.similarityThreshold | 2 | a number from
          visualisation.rendering.enable_shadows | "yes" | true or false
          visualisation.labels.colour | "red" | a colour as
          visualisation.labels.fontFamily | 7 | a text of at most
          """)
  void aKnownSettingTakesOnlyValuesOfItsTypeAndRange(String path, String value, String expected) {
    FlowClient client = console(Door.OPEN);
    JsonObject message =
        new JsonObject("{\"type\":\"settings\",\"path\":\"" + path + "\",\"value\":" + value + "}");
    JsonObject error = client.refused(message, "INVALID_SETTING");
    JsonObject details = error.getJsonObject("details");
    assertThat(details.getString("field")).isEqualTo("value");
    assertThat(details.getString("path")).isEqualTo(path);
    assertThat(details.getString("expected")).startsWith(expected);
    assertThat(details.getString("came")).isEqualTo(value);
    assertThat(error.getString("message"))
        .isEqualTo(path + ": expected " + details.getString("expected") + ", got " + value);
  }

  @ParameterizedTest
  @CsvSource({
    "visualisation.physics.springk, visualisation.physics.springK",
    "router.similarityTreshold, router.similarityThreshold"
  })
  void aSlipInTheNameOfAKnownSettingIsRefusedWithTheOneThatWasMeant(String slip, String meant) {
    JsonObject error = console(Door.OPEN).refused(FlowClient.setting(slip, 1), "INVALID_SETTING");
    assertThat(error.getJsonObject("details").getString("nearest")).isEqualTo(meant);
    assertThat(error.getString("message")).endsWith("did you mean " + meant + "?");
  }

  @ParameterizedTest
  @CsvSource({
    "value",
    "'.value'",
    "'test.'",
    "'test..value'",
    "'test value'",
    "'1.value'",
    "'a.ä'"
  })
  void aPathIsAtLeastTwoNamesWithDotsBetween(String path) {
    JsonObject error = console(Door.OPEN).refused(FlowClient.setting(path, 1), "INVALID_SETTING");
    assertThat(error.getJsonObject("details").getString("field")).isEqualTo("path");
    assertThat(error.getJsonObject("details").getString("came")).isEqualTo(path);
  }

  @Test
  void theReferencesOwnExampleIsTaken() {
    JsonObject updated = console(Door.OPEN).set("visualisation.rendering.enable_shadows", true);
    assertThat(updated.getString("path")).isEqualTo("visualisation.rendering.enable_shadows");
    assertThat(updated.getBoolean("value")).isTrue();
  }

  @Test
  void otherPathsHoldAnyJsonForClientsOnEveryNode() {
    FlowClient client = console(Door.OPEN);
    String path = "test." + fresh("value");
    for (Object value :
        List.of(
            123,
            "text",
            false,
            new JsonArray().add(1).addNull(),
            new JsonObject().put("deep", new JsonObject().put("é", 1.5)))) {
      assertThat(client.set(path, value).getValue("value")).isEqualTo(value);
      for (FlowClient observer : observers(Door.OPEN)) {
        assertThat(observer.set(path, value).getValue("value")).isEqualTo(value);
      }
    }
    assertThat(
            doors.node(Door.OPEN).get("/api/settings/path?path=" + path).json().getValue("value"))
        .isEqualTo(new JsonObject().put("deep", new JsonObject().put("é", 1.5)));
    client.refused(FlowClient.setting(path, "x".repeat(65_536)), "INVALID_SETTING");
  }

  @Test
  void nullTakesTheDefaultBackAndForgetsWhatHasNone() {
    FlowClient client = console(Door.OPEN);
    assertThat(client.set(SPRING, 12.5).getDouble("value")).isEqualTo(12.5);
    assertThat(client.set(SPRING, null).getDouble("value")).isEqualTo(1_296);
    String path = "test." + fresh("gone");
    String at = "/api/settings/path?path=" + path;
    client.set(path, 1);
    assertThat(doors.node(Door.OPEN).get(at).status()).isEqualTo(200);
    JsonObject forgotten = client.set(path, null);
    assertThat(forgotten.containsKey("value")).isTrue();
    assertThat(forgotten.getValue("value")).isNull();
    assertThat(doors.node(Door.OPEN).get(at).status()).isEqualTo(400);
  }

  @Test
  void aBatchIsRefusedAsAWholeAndNamesTheChangeThatCannotBe() {
    FlowClient client = console(Door.OPEN);
    JsonArray updates =
        new JsonArray()
            .add(new JsonObject().put("path", SPRING).put("value", 3))
            .add(new JsonObject().put("path", "router.maxHops").put("value", -1));
    JsonObject error =
        client.refused(
            FlowClient.message("settings_batch").put("updates", updates), "INVALID_SETTING");
    assertThat(error.getJsonObject("details").getString("path")).isEqualTo("router.maxHops");
    assertThat(
            doors
                .node(Door.OPEN)
                .get("/api/settings/path?path=" + SPRING)
                .json()
                .getDouble("value"))
        .isEqualTo(1_296);
  }
}
