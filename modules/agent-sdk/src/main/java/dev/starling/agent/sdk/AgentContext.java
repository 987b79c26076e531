/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agent.sdk;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;

/**
 * The mesh as one agent sees it; implemented by whoever hosts agents. Methods are called on the
 * agent's context, and futures complete there. What each does {@link Agent} says.
 */
public interface AgentContext {
  /** The agent's id. */
  String agentId();

  /** The least cosine at which outcomes reach the agent; -1 where it is about nothing. */
  double threshold();

  /** The Vert.x that the agent runs on. */
  Vertx vertx();

  /** Emits an outcome. */
  Future<Receipt> emit(Emission emission);

  /** Says how far a task is. */
  void progress(Task task, double percent, String message);

  /** Says what does the agent's thinking from now on. */
  void backedBy(String what);

  /** The agents most similar to this one. */
  Future<List<Peer>> similar(int most);

  /** The agents most similar to a text. */
  Future<List<Peer>> similar(String text, int most);

  /** Asks the agents most similar to a question. */
  Future<List<Answer>> ask(String question, int most);

  /** Asks one agent. */
  Future<Answer> ask(Peer peer, String question);
}
