/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of a server at one moment.
 *
 * @param state of the connection
 * @param reason why it is in that state, in words
 * @param server null before the first connection
 * @param dialect null before the first connection
 * @param abilities what it can be asked for; empty while it is away
 * @param swarm null where it has none
 * @param agents also those of a server that is away, marked so
 * @param tasks that are not over, and the last ones that are
 * @param health null where it is not measured
 * @param lastAnswerAt when the server answered last, ms since 1970; null where it never did
 */
public record SwarmSnapshot(
    ConnectionState state,
    String reason,
    @Nullable ServerFacts server,
    @Nullable String dialect,
    Set<Ability> abilities,
    @Nullable SwarmView swarm,
    List<AgentView> agents,
    List<TaskView> tasks,
    @Nullable ServerHealth health,
    @Nullable Long lastAnswerAt) {}
