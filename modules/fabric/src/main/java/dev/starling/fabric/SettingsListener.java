/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import dev.starling.protocol.settings.SettingChange;
import java.util.List;

/** Hears of every change to the mesh's settings. */
@FunctionalInterface
public interface SettingsListener {

  /**
   * Called on the fabric's event loop, in the order of the changes and once for each; those of one
   * batch come together. {@link SharedSettings} has them already. Where the word of a change was
   * lost, it comes later and without its origin, and of several to one setting only the last.
   */
  void settingsChanged(List<SettingChange> changes);
}
