/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Mesh;
import dev.starling.gateway.mcp.McpLibrary;
import dev.starling.gateway.mcp.McpPrompt;
import dev.starling.gateway.mcp.McpServer;
import dev.starling.gateway.mcp.McpTool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All that the mesh offers by MCP, and the words that go with it. Stateless. */
final class McpOffer {
  private static final String INSTRUCTIONS =
      """
      This server is one node of a mesh of agents. Outcomes, things that an agent found out, reach \
      the agents whose fingerprints are like them, wherever they are. To take part, call \
      mesh_register with a name and a profile of what you are about. Then outcome_emit tells the \
      mesh what you found, and outcome_poll with wait_ms brings what others found that matters to \
      you; hand its cursor back as since. An agent that registered with tasks above 0 is given \
      tasks: task_claim takes one, task_report says how far it is and ends it. A task that is not \
      claimed within half a minute goes to others, and the agent is given no more until it calls \
      task_claim again. task_submit gives work to others. The agent stays while the session does, and half a minute after it.\
      """;

  private McpOffer() {}

  static McpServer<McpVisit> of(
      Mesh mesh, Stream<List<McpTool<McpVisit>>> tools, McpLibrary library, McpServer.Meter meter) {
    return new McpServer<>(
        new McpServer.Identity(
            "starling", "Starling mesh " + mesh.name(), mesh.view().me().version(), INSTRUCTIONS),
        tools.flatMap(List::stream).toList(),
        library,
        List.of(join(), synthesise()),
        meter);
  }

  private static McpPrompt join() {
    Map<String, String> arguments = new LinkedHashMap<>();
    arguments.put("name", "what the agent is called");
    arguments.put("about", "what it is about, in a sentence");
    return new McpPrompt(
        "join_mesh",
        "Join the mesh",
        "Become an agent of the mesh and take part until told otherwise.",
        arguments,
        given ->
            "Join the mesh as the agent "
                + given.getOrDefault("name", "that fits this conversation")
                + ". Call mesh_register with that name and the profile: "
                + given.getOrDefault("about", "one sentence on what this conversation is about")
                + ". Set tasks to 1. Then repeat: call outcome_poll with wait_ms 20000 and the last"
                + " cursor as since, and tell me of what matters; call task_claim, do what it gives"
                + " and end it with task_report. What you find out yourself that others could use,"
                + " offer with outcome_emit, naming in derived_from the outcomes it builds on, with"
                + " a confidence that you can defend.");
  }

  private static McpPrompt synthesise() {
    return new McpPrompt(
        "synthesise_outcomes",
        "Synthesise outcomes",
        "Merge what the mesh found out lately into one outcome.",
        Map.of("topic", "what to look at; everything if missing"),
        given ->
            "Read the resource mesh://outcomes/recent and call outcome_poll. Of the outcomes"
                + (given.containsKey("topic") ? " about " + given.get("topic") : "")
                + ", find those that agree and those that contradict each other. Write one synthesis"
                + " that says only what the outcomes support, with who said it. If it has something"
                + " that none of them had alone, emit it with outcome_emit: the synthesis as"
                + " payload, the ids of all it rests on as derived_from, and as confidence no more"
                + " than the weakest of those it needs.");
  }
}
