/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.settings.SettingsDocument;
import dev.starling.protocol.settings.StoredSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {
  @TempDir private Path folder;

  private static SettingsDocument changed(SettingsDocument before, int value) {
    return before.with(
        List.of(new StoredSetting("a.b", RawJson.of(Integer.toString(value)), value, false)));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void whatWasSavedLastIsLoaded() throws IOException {
    SettingsFile file = new SettingsFile(folder.resolve("new/folder"));
    assertThat(file.load()).isEmpty();
    SettingsDocument one = changed(SettingsDocument.begin(), 1);
    file.save(one);
    SettingsDocument two = changed(one, 2);
    file.save(two);

    assertThat(new SettingsFile(folder.resolve("new/folder")).load()).contains(two);
  }

  @Test
  void aDamagedFileIsSetAsideAndNeverWrittenOver() throws IOException {
    Files.writeString(folder.resolve(SettingsFile.NAME), "{\"format\":1,\"line");
    SettingsFile file = new SettingsFile(folder);

    assertThat(file.load()).isEmpty();
    file.save(changed(SettingsDocument.begin(), 1));

    assertThat(names()).hasSize(2).contains(SettingsFile.NAME);
    String aside = names().getLast();
    assertThat(aside).startsWith("settings.json.damaged-");
    assertThat(folder.resolve(aside)).hasContent("{\"format\":1,\"line");
  }

  @Test
  void theSettingsOfAnotherMeshAreSetAside() throws IOException {
    SettingsDocument own = changed(SettingsDocument.begin(), 1);
    new SettingsFile(folder).save(own);
    SettingsFile file = new SettingsFile(folder);
    file.load();
    SettingsDocument other = changed(SettingsDocument.begin(), 2);

    file.save(other);

    assertThat(new SettingsFile(folder).load()).contains(other);
    String aside = names().getLast();
    assertThat(aside).startsWith("settings.json.other-mesh-");
    assertThat(folder.resolve(aside)).hasBinaryContent(own.toBytes());
  }

  @Test
  void anotherBranchOfTheSameHistoryIsSetAside() throws IOException {
    SettingsDocument common = changed(SettingsDocument.begin(), 1);
    SettingsDocument own = common.with(List.of(set("a.c", 2))).with(List.of(set("a.d", 2)));
    SettingsDocument other = changed(common, 3).with(List.of(set("a.d", 3)));
    new SettingsFile(folder).save(own);
    SettingsFile file = new SettingsFile(folder);
    file.load();

    file.save(other);

    assertThat(new SettingsFile(folder).load()).contains(other);
    String aside = names().getLast();
    assertThat(aside).startsWith("settings.json.other-branch-");
    assertThat(folder.resolve(aside)).hasBinaryContent(own.toBytes());
  }

  @Test
  void whatLostNothingTakesThePlaceOfWhatWas() throws IOException {
    SettingsDocument one = changed(SettingsDocument.begin(), 1);
    SettingsDocument back =
        one.with(List.of(new StoredSetting("a.b", RawJson.of("null"), 3, true)));
    TreeMap<String, StoredSetting> rest = new TreeMap<>(Map.of("a.c", set("a.c", 4)));
    SettingsDocument forgotten = new SettingsDocument(back.lineage(), 4, rest);
    SettingsFile file = new SettingsFile(folder);
    file.save(one);
    file.save(changed(one, 2));
    file.save(back);
    file.save(forgotten);

    assertThat(names()).containsExactly(SettingsFile.NAME);
  }

  private static StoredSetting set(String path, int value) {
    return new StoredSetting(path, RawJson.of(Integer.toString(value)), value, false);
  }

  @Test
  void aHistoryInWhichNothingHappenedIsNotWorthKeeping() throws IOException {
    SettingsFile file = new SettingsFile(folder);
    file.save(SettingsDocument.begin());
    file.save(changed(SettingsDocument.begin(), 1));

    assertThat(names()).containsExactly(SettingsFile.NAME);
  }
}
