/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import io.vertx.core.Future;
import java.util.function.Consumer;

/** A call of a tool that may take long. For the follower's context, where its futures complete. */
public final class ToolWork {
  private final Future<ToolResult> result;
  private final Future<Void> over;
  private final Consumer<String> withdrawal;

  ToolWork(Future<ToolResult> result, Future<Void> over, Consumer<String> withdrawal) {
    this.result = result;
    this.over = over;
    this.withdrawal = withdrawal;
  }

  /** One that did not even begin. */
  static ToolWork failed(SwarmFailure failure) {
    return new ToolWork(Future.failedFuture(failure), Future.succeededFuture(), why -> {});
  }

  /** What the tool answers; fails with a {@link SwarmFailure}. */
  public Future<ToolResult> result() {
    return result;
  }

  /**
   * Complete once the server can be given something else: it answered, or showed that it is there
   * after it was told that nobody wants this any more, or is lost. Never fails.
   */
  public Future<Void> over() {
    return over;
  }

  /**
   * Takes it back, where it has not ended: its result fails at once. If the server has it, it is
   * told so; whether it stops is up to the server.
   */
  public void withdraw(String why) {
    withdrawal.accept(why);
  }
}
