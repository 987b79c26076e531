/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agent.sdk;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An agent of the mesh. Extend it, say in {@link #profile} what it is about, and do the work in
 * {@link #onOutcome} or {@link #onTask}; a host makes one object of the class, by its constructor
 * without parameters, for each agent that somebody spawns.
 *
 * <p>Everything is called on the agent's own context, one call at a time, so fields need no locks.
 * By default that context is an event loop, on which nothing may block; a class annotated with
 * {@link OnVirtualThread} runs on a virtual thread, where it may wait as long as it likes and what
 * comes meanwhile waits for it. What throws is counted as an error of the agent and ends no more
 * than that call; several in a row restart it. A task whose future fails counts as an error too,
 * and restarts nothing: the agent works, and says that it could not do it.
 */
public abstract class Agent {
  private @Nullable AgentContext context;

  /** For subclasses, which do their work in {@link #onStart} rather than in a constructor. */
  protected Agent() {}

  /** What the agent is called, what it is about and what it can do; asked before it starts. */
  protected abstract AgentProfile profile();

  /** Called before anything reaches the agent; what throws here is tried again after a while. */
  protected void onStart() throws Exception {}

  /** An outcome came whose fingerprint matches this agent's. */
  protected void onOutcome(Outcome outcome) throws Exception {}

  /**
   * Does a task. Only agents get any that take tasks ({@link AgentProfile#tasks}).
   *
   * @return completes with the result, an object; fails with the reason, in words
   */
  protected Future<JsonObject> onTask(Task task) throws Exception {
    return Future.failedFuture("this agent does no tasks");
  }

  /** A task of this agent is not wanted any more; what comes of it is thrown away. */
  protected void onCancel(Task task) {}

  /** Called last. */
  protected void onStop() {}

  /** The agent's id in the mesh. */
  protected final String id() {
    return context().agentId();
  }

  /** The least cosine at which outcomes reach this agent; -1 where it is about nothing. */
  protected final double threshold() {
    return context().threshold();
  }

  /** The Vert.x that the agent runs on, such as for timers. */
  protected final Vertx vertx() {
    return context().vertx();
  }

  /**
   * Emits an outcome: it reaches the agents whose fingerprints match it, wherever they are.
   *
   * @return whom it reached; fails where the mesh refused it or did not answer
   */
  protected final Future<Receipt> emit(Emission emission) {
    return context().emit(emission);
  }

  /**
   * Says how far a task is. As often as it likes: people are told ten times a second at most.
   *
   * @param percent 0–100
   * @param message in words
   */
  protected final void progress(Task task, double percent, String message) {
    if (!(percent >= 0 && percent <= 100)) {
      throw new IllegalArgumentException("percent is from 0 to 100, not " + percent);
    }
    context().progress(task, percent, message);
  }

  /**
   * Says what does the agent's thinking from now on, where that changes while it lives: its status
   * tells, in place of what its profile says.
   *
   * @param what as in {@link AgentProfile#backedBy}
   */
  protected final void backedBy(String what) {
    context().backedBy(what);
  }

  /** The agents that are most about what this one is about, most similar first. */
  protected final Future<List<Peer>> similar(int most) {
    return context().similar(most);
  }

  /** The agents that are most about what a text says, most similar first. */
  protected final Future<List<Peer>> similar(String text, int most) {
    return context().similar(text, most);
  }

  /**
   * Asks those agents that are most about the question, of those that take tasks, and waits for
   * them.
   *
   * @param most how many to ask at most
   * @return what each of them answered, most similar first; who failed is among them with a reason
   */
  protected final Future<List<Answer>> ask(String question, int most) {
    return context().ask(question, most);
  }

  /** Asks one agent, as a task, and waits for its answer. */
  protected final Future<Answer> ask(Peer peer, String question) {
    return context().ask(peer, question);
  }

  final void attach(AgentContext given) {
    context = given;
  }

  private AgentContext context() {
    AgentContext given = context;
    if (given == null) {
      throw new IllegalStateException("an agent can use the mesh from onStart on, not before");
    }
    return given;
  }
}
