/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.settings;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Every setting that was changed, as one value: it is replaced as a whole, so that nobody ever sees
 * half of a batch. Immutable.
 *
 * @param lineage which history it belongs to; meshes that never met have different ones
 * @param version rises by one with each change; 0 is a history in which nothing happened yet
 * @param settings by path
 */
public record SettingsDocument(
    String lineage, long version, SortedMap<String, StoredSetting> settings) {

  public SettingsDocument {
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
  }

  /** The beginning of a history of its own. */
  public static SettingsDocument begin() {
    return new SettingsDocument(UUID.randomUUID().toString(), 0, new TreeMap<>());
  }

  /** The document in {@code bytes}, as {@link #toBytes} wrote it or a person edited it. */
  public static SettingsDocument of(byte[] bytes) throws DamagedDocumentException {
    return SettingsDocumentReader.read(bytes);
  }

  /** Its text: JSON in UTF-8, one setting a line; the same for equal documents. */
  public byte[] toBytes() {
    return SettingsDocumentWriter.write(this);
  }

  /** The next version, with these settings in place of their former values. */
  public SettingsDocument with(Collection<StoredSetting> changes) {
    SortedMap<String, StoredSetting> next = new TreeMap<>(settings);
    changes.forEach(change -> next.put(change.path(), change));
    return new SettingsDocument(lineage, version + 1, next);
  }

  /** The setting at {@code path}; empty where its default is in force. */
  public Optional<StoredSetting> changed(String path) {
    return Optional.ofNullable(settings.get(path)).filter(setting -> !setting.isDefault());
  }

  /** What is other than in {@code before}, in the order of their paths. */
  public List<StoredSetting> since(SettingsDocument before) {
    SortedMap<String, StoredSetting> changes = new TreeMap<>(settings);
    changes.values().removeIf(now -> Objects.equals(now, before.settings.get(now.path())));
    before.settings.values().stream()
        .filter(gone -> !gone.isDefault() && !settings.containsKey(gone.path()))
        .forEach(gone -> changes.put(gone.path(), SettingsMerge.forgotten(gone)));
    return List.copyOf(changes.values());
  }

  /**
   * Whether nothing of {@code before}, of the same history, is lost in this: each of its settings
   * is here as it was, or changed later. One that was taken back so long ago that no trace of it is
   * left counts as lost.
   */
  public boolean follows(SettingsDocument before) {
    return before.settings.values().stream()
        .allMatch(then -> {
          StoredSetting now = settings.get(then.path());
          return now == null
              ? then.isDefault()
              : now.equals(then) || now.timestampMillis() > then.timestampMillis();
        });
  }

  /**
   * This and another branch of the same history as one, of each setting the later change; where
   * both were made in one millisecond, this one's. Of a version that both branches have still to
   * reach, so that everybody takes it, but where the other is this one or an earlier one that has
   * nothing later.
   */
  public SettingsDocument merge(SettingsDocument other) {
    return SettingsMerge.of(this, other);
  }
}
