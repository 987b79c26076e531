/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.model;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * A language model that is a service; section {@code agents.model} of the configuration.
 *
 * @param url of the service, http or https, below which it answers {@code /chat/completions}
 * @param name what the service calls the model
 * @param secret sent as bearer token, of visible ASCII characters; never logged
 * @param timeout for one answer
 * @param calls that may be under way at a time, 1–64
 * @param tokens that an answer may have, 16–4096
 */
public record ModelConfig(
    URI url, String name, Optional<String> secret, Duration timeout, int calls, int tokens) {
  /** Refuses what is out of bounds. */
  public ModelConfig {
    if (calls < 1 || tokens < 1 || !timeout.isPositive()) {
      throw new IllegalArgumentException("calls, tokens and timeout are above 0");
    }
  }

  @Override
  public String toString() {
    return "ModelConfig[%s, %s, %s, %d calls, %d tokens]"
        .formatted(url, name, timeout, calls, tokens);
  }
}
