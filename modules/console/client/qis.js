/** The agent of a semantic mesh: what is emitted here reaches whoever it is about. */
export { default, QISBrowserAgent } from "./qis-browser-agent.js";
export { backoffDelay, DEFAULTS, fingerprintOf, QISError } from "./qis-browser-agent.js";
