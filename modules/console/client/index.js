/**
 * The client of a Starling mesh, for browsers and Node, without dependencies.
 *
 *   import { MeshClient } from "@starling-mesh/client";
 *
 *   const client = new MeshClient({ url: "ws://localhost:3030/ws", token: fetchToken });
 *   client.on("agent_status", ({ agentId, status }) => console.log(agentId, status));
 *   await client.connect();
 *   await client.subscribe(["agent_status"]);
 *   await client.setting("visualisation.physics.damping", 0.9);
 */
export { MeshClient } from "./mesh-client.js";
export { MeshError } from "./mesh/error.js";
export { MESH_DEFAULTS } from "./mesh/options.js";
export { decodePositions, parseBinaryNodeData, PositionFrame, PositionStream } from "./binary.js";
export {
  backoffDelay, DEFAULTS, fingerprintOf, QISBrowserAgent, QISError,
} from "./qis-browser-agent.js";
