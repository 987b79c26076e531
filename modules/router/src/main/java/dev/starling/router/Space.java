/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.protocol.Fingerprint;

/** A space of fingerprints: only those of one name and one dimension are compared. */
record Space(String name, int dimension) {
  static Space of(Fingerprint fingerprint) {
    return new Space(fingerprint.space(), fingerprint.dimension());
  }
}
