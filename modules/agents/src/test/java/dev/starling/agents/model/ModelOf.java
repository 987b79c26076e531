/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.model;

import dev.starling.testkit.ChatService;
import java.time.Duration;
import java.util.Optional;

/** What an operator would say of a model that tests play. */
public final class ModelOf {
  private ModelOf() {}

  /** A model of a service, called {@code small}. */
  public static ModelConfig service(ChatService service, Duration timeout, int calls) {
    return new ModelConfig(
        service.url(), "small", Optional.of(ChatService.KEY), timeout, calls, 200);
  }
}
