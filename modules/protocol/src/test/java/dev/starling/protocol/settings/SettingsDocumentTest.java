/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.protocol.RawJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsDocumentTest {
  private static final SettingsDocument EMPTY = new SettingsDocument("L", 4, new TreeMap<>());

  private static StoredSetting set(String path, String value, long time) {
    return new StoredSetting(path, RawJson.of(value), time, false);
  }

  private static StoredSetting reset(String path, String value, long time) {
    return new StoredSetting(path, RawJson.of(value), time, true);
  }

  @Test
  void itsTextIsReadableAndStaysAsItIs() throws DamagedDocumentException {
    SettingsDocument document =
        EMPTY.with(List.of(set("b.é", "{\"x\":[1,\"y\"]}", 17), reset("a.b", "0.75", 18)));

    assertThat(new String(document.toBytes(), StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {"format":1,"lineage":"L","version":5,"settings":{
            "a.b":{"value":0.75,"timestamp":18,"default":true},
            "b.é":{"value":{"x":[1,"y"]},"timestamp":17}
            }}
            """);
    assertThat(SettingsDocument.of(document.toBytes())).isEqualTo(document);
  }

  @Test
  void anEmptyOneComesBackToo() throws DamagedDocumentException {
    SettingsDocument fresh = SettingsDocument.begin();

    assertThat(SettingsDocument.of(fresh.toBytes())).isEqualTo(fresh);
    assertThat(fresh.version()).isZero();
    assertThat(fresh.lineage()).isNotEqualTo(SettingsDocument.begin().lineage());
  }

  @Test
  void cutOffAnywhereItIsDamaged() {
    byte[] whole = EMPTY.with(List.of(set("a.b", "[1,2]", 17))).toBytes();

    // Without its last line break it is whole still.
    for (int length = 0; length < whole.length - 1; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> SettingsDocument.of(cut))
          .as("%s bytes", length)
          .isInstanceOf(DamagedDocumentException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"format\":2,\"lineage\":\"L\",\"version\":1,\"settings\":{}}",
        "{\"format\":1,\"lineage\":\"\",\"version\":1,\"settings\":{}}",
        "{\"format\":1,\"lineage\":null,\"version\":1,\"settings\":{}}",
        "{\"format\":1,\"lineage\":\"L\",\"settings\":{}}",
        "{\"format\":1,\"lineage\":\"L\",\"version\":\"1\",\"settings\":{}}",
        "{\"format\":1,\"lineage\":\"L\",\"version\":1,\"settings\":[]}",
        "{\"format\":1,\"lineage\":\"L\",\"version\":1,\"settings\":{\"a.b\":1}}",
        "{\"format\":1,\"lineage\":\"L\",\"version\":1,\"settings\":{\"a.b\":{\"timestamp\":1}}}",
        "{\"format\":1,\"lineage\":\"L\",\"version\":1,\"settings\":{\"a.b\":{\"value\":NaN}}}",
        "{\"format\":1,\"lineage\":\"L\",\"version\":1,\"settings\":{}} {}",
        "{\"format\":1,\"lineage\":\"L\",\"version\":1,\"extra\":1,\"settings\":{}}"
      })
  void whatIsMissingOrOddMakesTheWholeUnreadable(String text) {
    assertThatThrownBy(() -> SettingsDocument.of(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(DamagedDocumentException.class);
  }

  @Test
  void theDifferenceNamesWhatChangedAndWhatIsGone() {
    SettingsDocument before = EMPTY.with(List.of(set("a.a", "1", 1), set("a.b", "2", 2)));
    SettingsDocument now =
        new SettingsDocument(
            "other",
            9,
            new TreeMap<>(EMPTY.with(List.of(set("a.a", "1", 1), set("a.c", "3", 3))).settings()));

    assertThat(now.since(before)).containsExactly(reset("a.b", "null", 2), set("a.c", "3", 3));
    assertThat(now.since(now)).isEmpty();
  }

  @Test
  void whatIsTakenBackCountsAsNotChanged() {
    SettingsDocument document = EMPTY.with(List.of(set("a.a", "1", 1), reset("a.b", "2", 1)));

    assertThat(document.changed("a.a")).contains(set("a.a", "1", 1));
    assertThat(document.changed("a.b")).isEmpty();
    assertThat(document.changed("a.c")).isEmpty();
  }

  @Test
  void twoSidesOfASplitKeepTheLaterChangeOfEachSetting() {
    SettingsDocument one =
        EMPTY.with(List.of(set("a.a", "1", 10), set("a.b", "1", 20), set("a.c", "1", 30)));
    SettingsDocument other =
        EMPTY
            .with(List.of(set("a.a", "2", 11)))
            .with(List.of(set("a.b", "2", 19), reset("a.c", "2", 31), set("a.d", "2", 5)));

    SettingsDocument merged = one.merge(other);

    assertThat(merged.settings().values())
        .containsExactly(
            set("a.a", "2", 11), set("a.b", "1", 20), reset("a.c", "2", 31), set("a.d", "2", 5));
    assertThat(merged.version()).isEqualTo(7);
    assertThat(merged.merge(one)).isSameAs(merged);
    assertThat(merged.merge(merged)).isSameAs(merged);
  }

  @Test
  void theSideWithNothingLaterStillHearsOfTheOthers() {
    SettingsDocument greater = EMPTY.with(List.of(set("a.a", "1", 10)));
    SettingsDocument equal = EMPTY.with(List.of(set("a.a", "2", 9)));
    SettingsDocument higher = equal.with(List.of(set("a.a", "3", 10)));

    for (SettingsDocument lost : List.of(equal, higher)) {
      SettingsDocument merged = greater.merge(lost);
      assertThat(merged.settings()).isEqualTo(greater.settings());
      assertThat(merged.version()).isEqualTo(lost.version() + 1);
    }
  }
}
