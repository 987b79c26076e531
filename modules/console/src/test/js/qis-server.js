/**
 * A QIS server for the client's tests, with a router that knows no similarity: every outcome goes to
 * every other agent.
 */
import { SocketServer } from "./socket-server.js";

export { until } from "./socket-server.js";

export class QisServer extends SocketServer {
  path = "/ws/qis";

  /** False plays a server that knows nothing of `id`, as the reference's does not. */
  echoIds = true;

  /** The ordinary answer. */
  answer(message, session) {
    const echo = this.echoIds && message.id !== undefined ? { id: message.id } : {};
    if (message.type === "auth") {
      const facts = { subject: "ada", permissions: ["emit"], expiresAt: null };
      session.send({ type: "authenticated", ...facts, ...echo });
    }
    if (message.type === "ping") session.send({ type: "pong", ...echo });
    if (message.type === "register") {
      session.agentId = message.agent_id ?? "made-by-the-mesh";
      const agents = [...this.sessions].filter((each) => each.agentId).length;
      session.send({ type: "registered", agent_id: session.agentId, agent_count: agents, ...echo });
    }
    if (message.type === "outcome") this.#route(message.packet, session, echo);
  }

  #route(packet, session, echo) {
    const targets = [...this.sessions].filter((each) => each !== session && each.agentId);
    const push = { packet: { ...packet, source_agent: session.agentId }, similarity: 1 };
    targets.forEach((each) => each.send({ type: "incoming_outcome", ...push }));
    session.send({
      type: "outcome_ack", status: "routed", outcome_id: packet.outcome_id,
      matches_found: targets.length, routed_to: targets.map((each) => each.agentId), ...echo,
    });
  }
}
