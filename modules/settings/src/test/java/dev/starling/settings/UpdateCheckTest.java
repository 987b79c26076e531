/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.SettingUpdates;
import dev.starling.protocol.settings.SettingUpdate;
import dev.starling.protocol.settings.SettingsDocument;
import dev.starling.protocol.settings.StoredSetting;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpdateCheckTest {
  private static final String SPRING = "visualisation.physics.springK";

  private final SettingSchema schema =
      new SettingSchema(new SettingsConfig(Optional.empty(), 0.8, 8, 10_000));
  private final UpdateCheck check = new UpdateCheck(schema);

  private static SettingUpdate update(String path, String value) {
    return new SettingUpdate(path, RawJson.of(value));
  }

  private List<StoredSetting> accepted(String path, String value) {
    return check.accepted(List.of(update(path, value)));
  }

  private static RefusalException refusal(ThrowingCallable call) {
    RefusalException[] caught = new RefusalException[1];
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(RefusalException.class, refusal -> caught[0] = refusal);
    assertThat(caught[0].code()).isEqualTo(ErrorCode.INVALID_SETTING);
    return caught[0];
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          visualisation.physics.springK             | 1.50        | 1.5
          visualisation.physics.springK             | 5e2         | 500
          visualisation.physics.autoPause.equilibriumCheckFrames | 7.0 | 7
          visualisation.physics.enableBounds        | false       | false
          visualisation.rendering.enable_shadows    | true        | true
          visualisation.rendering.background        | "#00FFaa"   | "#00FFaa"
          visualisation.nodes.colourBy              | "community" | "community"
          router.similarityThreshold                | 1           | 1
          test.value                                | 123         | 123
          view.custom.x                             | { "a b": [1, " \\" "] } | {"a b":[1," \\" "]}
          """)
  void whatASettingTakesIsKeptInItsUsualForm(String path, String value, String kept) {
    assertThat(accepted(path, value))
        .containsExactly(new StoredSetting(path, RawJson.of(kept), 0, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          visualisation.physics.springK             | 100001      | a number from 0 to 100000 (1/s²)
          visualisation.physics.springK             | -0.1        | a number from 0 to 100000 (1/s²)
          visualisation.physics.springK             | "8"         | a number from 0 to 100000 (1/s²)
          visualisation.physics.springK             | 1e999       | a number from 0 to 100000 (1/s²)
          visualisation.physics.autoPause.equilibriumCheckFrames | 7.5 | a whole number from 1 to 300 (steps)
          visualisation.physics.enableBounds        | 1           | true or false
          visualisation.rendering.background        | "red"       | a colour as "#rrggbb"
          visualisation.nodes.colourBy              | "magic"     | one of kind, community, anomaly, status
          router.maxHops                            | 0           | a whole number from 1 to 1000 (hops)
          """)
  void whatItDoesNotTakeIsRefusedWithItsRange(String path, String value, String expected) {
    RefusalException refusal = refusal(() -> accepted(path, value));

    assertThat(refusal.details())
        .containsEntry("path", path)
        .containsEntry("expected", expected)
        .containsEntry("came", value);
    assertThat(refusal.text()).isEqualTo(path + ": expected " + expected + ", got " + value);
  }

  @ParameterizedTest
  @CsvSource({
    "visualisation.physics.springk, visualisation.physics.springK",
    "visualisation.physics.spring, visualisation.physics.springK",
    "router.similarity-threshold, router.similarityThreshold",
    "router.max_hops, router.maxHops",
    "visualisation.nodes.colr, visualisation.nodes.colourBy",
    "visualisation.physcs.springK, visualisation.physics.springK",
    "visualization.physics.springK, visualisation.physics.springK",
    "Visualisation.physics.sprinK, visualisation.physics.springK",
    "routr.maxHops, router.maxHops"
  })
  void aNearMissIsRefusedWithWhatWasMeant(String path, String meant) {
    RefusalException refusal = refusal(() -> accepted(path, "1"));

    assertThat(refusal.details()).containsEntry("nearest", meant);
    assertThat(refusal.text()).endsWith("did you mean " + meant + "?");
  }

  @ParameterizedTest
  @CsvSource({
    "visualisation.physics.zzzzzzzzzzzzzzzzzzzzzzzz",
    "visualisation.physics",
    "visualisation.foo",
    "visualization.foo.bar",
    "1.2",
    "_a.x",
    "-a.-b",
    "__proto__.x",
    "visualisation.rendering",
    "router",
    "nodots",
    ".a.b",
    "a..b",
    "a.b c",
    "a.é"
  })
  void aPathThatCannotBeMeantIsRefused(String path) {
    assertThat(refusal(() -> accepted(path, "1")).details()).containsEntry("field", "path");
  }

  @Test
  void whatAPathMustBeIsSaidAsItIs() {
    assertThat(refusal(() -> accepted("1.2", "1")).text())
        .isEqualTo(
            "1.2: expected at least two names with dots between them, each of the letters A to Z"
                + " and a to z, digits, _ or -, of which the first begins with a letter, got 1.2");
    assertThat(accepted("a.1", "1")).hasSize(1);
    assertThat(accepted("a-b._c", "1")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"route.colour", "routes.maxHop", "presets.physics.springK", "view.nodes.size"})
  void groupsOfAClientsOwnAreOpenEvenWhereTheyRecallTheMeshs(String path) {
    assertThat(accepted(path, "1")).hasSize(1);
  }

  @Test
  void nullTakesTheDefaultBack() {
    assertThat(accepted("router.similarityThreshold", "null"))
        .containsExactly(
            new StoredSetting("router.similarityThreshold", RawJson.of("0.8"), 0, true));
    assertThat(accepted("test.value", "null"))
        .containsExactly(new StoredSetting("test.value", RawJson.of("null"), 0, true));
  }

  @Test
  void ofOnePathTwiceTheLaterCounts() {
    assertThat(check.accepted(List.of(update(SPRING, "1"), update(SPRING, "2"))))
        .containsExactly(new StoredSetting(SPRING, RawJson.of("2"), 0, false));
  }

  @Test
  void everythingHasABound() {
    String tooLong = "a." + "b".repeat(255);
    assertThat(refusal(() -> accepted(tooLong, "1")).text())
        .contains("a path of at most 256 characters, got 257 characters");
    String large = "\"" + "x".repeat(SettingUpdates.LONGEST_VALUE) + "\"";
    assertThat(refusal(() -> accepted("a.b", large)).text()).contains("at most 65536 bytes");
    assertThat(accepted("a.b", nested(64))).hasSize(1);
    assertThat(refusal(() -> accepted("a.b", nested(65))).text())
        .contains("a value nested at most 64 deep, got 65 deep");
    assertThat(refusal(() -> accepted("a.b", "{\"[\\\"[\":" + nested(998) + "}")).text())
        .contains("got 999 deep");
    assertThat(refusal(() -> check.accepted(List.of())).text()).contains("1 to 1000 changes");
    assertThat(
            refusal(() ->
                    check.accepted(
                        IntStream.rangeClosed(0, 1_000)
                            .mapToObj(i -> update("a.b" + i, "1"))
                            .toList()))
                .text())
        .contains("1 to 1000 changes, got 1001");
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  @Test
  void whatCouldNotBeReadAgainIsNeverPutInForce() {
    RawJson tooDeep = RawJson.of(nested(998));
    StoredSetting readable = new StoredSetting("a.a", RawJson.of("1"), 1, false);
    StoredSetting unreadable = new StoredSetting("a.b", tooDeep, 1, false);
    StoredSetting otherwise = new StoredSetting("a.c", RawJson.of(" 1 "), 1, false);
    UpdateCheck.requireReadable(List.of(readable));
    assertThat(refusal(() -> UpdateCheck.requireReadable(List.of(readable, unreadable))).code())
        .isEqualTo(ErrorCode.INVALID_SETTING);
    assertThat(refusal(() -> UpdateCheck.requireReadable(List.of(readable, otherwise))).code())
        .isEqualTo(ErrorCode.INVALID_SETTING);
  }

  @Test
  void theWholeHasABound() {
    SettingsDocument many =
        new SettingsDocument("L", 0, new TreeMap<>())
            .with(
                IntStream.rangeClosed(0, UpdateCheck.MOST_SETTINGS)
                    .mapToObj(i -> new StoredSetting("a.b" + i, RawJson.of("1"), 1, false))
                    .toList());
    assertThat(refusal(() -> UpdateCheck.requireRoom(many)).text())
        .contains("at most 10000 changed settings");
    RawJson large = RawJson.of("\"" + "x".repeat(60_000) + "\"");
    SettingsDocument heavy =
        new SettingsDocument("L", 0, new TreeMap<>())
            .with(
                IntStream.range(0, 20)
                    .mapToObj(i -> new StoredSetting("a.b" + i, large, 1, false))
                    .toList());
    assertThat(refusal(() -> UpdateCheck.requireRoom(heavy)).text())
        .contains("settings of at most 1048576 bytes together");
  }

  @Test
  void everyDefaultIsOneThatItsSettingTakes() {
    assertThat(schema.all())
        .hasSizeGreaterThan(70)
        .allSatisfy(setting -> {
          assertThat(ValueCheck.accepted(setting, setting.defaultValue()))
              .isEqualTo(setting.defaultValue());
          assertThat(setting.description()).endsWith(".");
          UpdateCheck.requirePath(setting.path());
        });
  }
}
