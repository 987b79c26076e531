/**
 * The console page: one agent per tab. `?name=…&about=…&join=1` fills the form and joins at once.
 * A reload keeps the agent: name, topic and the id's random suffix live in this tab's storage.
 */
import { QISBrowserAgent, fingerprintOf } from "/client/qis-browser-agent.js";
import { Feed, formatMs } from "/assets/feed.js";
import { MeshView } from "/assets/mesh.js";
import { PRESETS } from "/assets/presets.js";
import { drawStrip } from "/assets/strip.js";
import { askForToken, onToken, shownToken } from "/assets/token.js";

const STATES = {
  idle: "Not joined",
  connecting: "Connecting…",
  registering: "Joining…",
  registered: "Live",
  moved: "Moved elsewhere",
  stopped: "Stopped",
  closed: "Not joined",
};

const FRIENDLY = {
  AGENT_ID_TAKEN: "Someone else holds this agent id. Leave and join again to get another one.",
  AUTHENTICATION: "The mesh refused the token of this tab.",
  FORBIDDEN: "You may look, but not join: the permission to emit is missing.",
  INVALID_FINGERPRINT: "The mesh could not use this fingerprint. Try other words.",
  RATE_LIMITED: "That was faster than the mesh allows. It goes on by itself in a moment.",
  TIMEOUT: "The mesh took too long to answer. It is tried again.",
  UNAVAILABLE: "The mesh is still warming up. It is tried again.",
  OUTCOMES_LOST: "Some outcomes were missed: this tab was too slow for too long.",
  TOO_LARGE: "That is too large for one outcome.",
};

const ALONE = "An agent receives it whose description shares most of its key words with this one's";

const $ = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const feed = new Feed({
  list: $("outcomes"), count: $("feed-count"), announcement: $("announce"),
  onFirst: () => { $("empty").hidden = true; },
});
const mesh = new MeshView(() => showGateway());
let agent = null;
let countdown = null;
/** Whether the error shown is about something that the client tries again by itself. */
let passing = false;

// ── joining and leaving ─────────────────────────────────────────────────────────────────────

function join(name, about) {
  const fingerprint = fingerprintOf(about);
  if (fingerprint.every((value) => value === 0)) {
    showError("Say in a few words what the agent is about: there is nothing to match yet.");
    return;
  }
  clearError();
  remember({ name, about });
  agent?.close();
  agent = new QISBrowserAgent(socketUrl(), agentId(name), fingerprint, {
    token: shownToken(),
    meta: { env: "browser", name, about },
    onStateChange: showState,
    onRegistered: registered,
    onAck: () => passing && clearError(),
    onError: complain,
    onAgentMoved: offerReturn,
  });
  agent.onIncomingOutcome = (packet, facts) => feed.incoming(packet, facts);
  showIdentity(name, about);
  agent.connect();
}

function leave() {
  agent?.close();
  agent = null;
  mesh.gateway = null;
  remember({});
  clearError();
  showIdentity(null);
  $("name").focus();
}

function registered({ gateway }) {
  mesh.gateway = gateway ?? null;
  clearError();
  showGateway();
}

function socketUrl() {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/qis`;
}

/** "Nimbus" → "nimbus-k3f9", the same for this tab's whole life. */
function agentId(name) {
  let suffix = sessionStorage.getItem("starling.suffix");
  if (!suffix) {
    suffix = newSuffix();
    sessionStorage.setItem("starling.suffix", suffix);
  }
  const slug = name.normalize("NFKD").toLowerCase()
    .replace(/\p{M}/gu, "").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  return `${slug || "agent"}-${suffix}`;
}

function newSuffix() {
  return Array.from({ length: 4 }, () => Math.floor(Math.random() * 36).toString(36)).join("");
}

function remember({ name = "", about = "" }) {
  sessionStorage.setItem("starling.name", name);
  sessionStorage.setItem("starling.about", about);
}

// ── emitting ────────────────────────────────────────────────────────────────────────────────

async function emit(payload, confidence) {
  const settle = feed.own(payload);
  const start = performance.now();
  const emitted = agent.emitOutcome(payload, confidence);
  showQueue();
  try {
    const ack = await emitted;
    const tookMs = performance.now() - start;
    settle(`${reached(ack)} · emit → ack ${formatMs(tookMs)}`, ack.outcome_id);
  } catch (error) {
    settle(`Not delivered: ${friendly(error)}`, null);
  }
  showQueue();
}

function reached({ status, matches_found: matches, routed_to: ids, partial }) {
  if (status === "expired") return "Not passed on: it has travelled far enough";
  const whom = matches === 1 ? `Reached ${ids?.[0] ?? "1 agent"}` : `Reached ${matches} agents`;
  const what = matches ? whom : "Reached nobody";
  const hint = matches ? "" : `. ${ALONE}`;
  return `${what}${status === "duplicate" ? ", before" : ""}${partial ? ", so far" : ""}${hint}`;
}

function showQueue() {
  const waiting = agent && agent.state !== "registered" ? agent.pending : 0;
  $("queued").hidden = waiting === 0;
  $("queued").textContent = `${waiting} waiting for the connection; nothing is lost.`;
}

// ── showing ─────────────────────────────────────────────────────────────────────────────────

function showState(state, { retryInMs }) {
  clearInterval(countdown);
  const pill = document.querySelector("[data-testid=state]");
  pill.dataset.state = state;
  $("state-text").textContent = STATES[state] ?? "";
  if (state === "waiting") countDown(retryInMs);
  if (state !== "registered") mesh.gateway = null;
  showGateway();
  showQueue();
}

function countDown(ms) {
  const due = performance.now() + ms;
  const tick = () => {
    const seconds = Math.ceil((due - performance.now()) / 1000);
    $("state-text").textContent = seconds > 0 ? `Back in ${seconds} s` : "Reconnecting…";
  };
  tick();
  countdown = setInterval(tick, 500);
}

function showIdentity(name, about) {
  const joined = name !== null;
  $("join-form").hidden = joined;
  $("identity").hidden = $("emit").hidden = !joined;
  document.body.classList.toggle("joined", joined);
  document.title = joined ? `${name} · Starling` : "Starling";
  if (!joined) return;
  $("who-name").textContent = name;
  $("who-about").textContent = about;
  $("who-id").textContent = agent.agentId;
  $("text").placeholder = presetOf(about)?.say ?? "Something the others should know";
  const like = presetOf(about) ? `on ${presetOf(about).topic}` : "with most of the same key words";
  $("empty-text").textContent = `Open a second tab and join there ${like}. `
    + "What one emits, the other receives. Words are compared, not what they mean.";
  drawStrip($("strip"), fingerprintOf(about));
}

function showGateway() {
  const name = mesh.nameOf(mesh.gateway);
  $("who-gateway").textContent = name ? `on gateway ${name}` : "";
  if (agent?.state !== "registered") return;
  $("state-text").textContent = name ? `Live on ${name}` : "Live";
}

function showError(text, actions = {}) {
  $("error-text").textContent = text;
  $("error-actions").replaceChildren(...Object.entries(actions).map(([label, action]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = label;
    button.addEventListener("click", action);
    return button;
  }));
  $("error").hidden = false;
}

function clearError() {
  passing = false;
  $("error").hidden = true;
}

function complain(error) {
  const { reason } = error.details ?? {};
  if (reason === "unauthenticated") {
    askForToken("This mesh wants a token");
    showError("This mesh lets nobody in without a token. Give it one, and this agent joins.");
    return;
  }
  if (error.code === "AUTHENTICATION") askForToken(`The mesh refused this token (${reason})`);
  const again = agent.state === "stopped" ? { "Try again": () => agent.connect() } : {};
  showError(friendly(error), again);
  passing = error.retrying;
}

function friendly(error) {
  return FRIENDLY[error.code] ?? `${error.message} (${error.code})`;
}

function offerReturn() {
  const [name, about] = [$("who-name").textContent, $("who-about").textContent];
  showError("Another tab has taken this agent over. It goes on there.", {
    "Take it back": () => { clearError(); agent.connect(); },
    "Join as a new agent": () => {
      sessionStorage.removeItem("starling.suffix");
      join(name, about);
    },
  });
}

// ── the form ────────────────────────────────────────────────────────────────────────────────

function presetOf(about) {
  return PRESETS.find(({ agents }) => agents.some((each) => each.about === about)) ?? null;
}

/** Each press gives the topic in other words, so that two tabs are alike, not the same. */
function fillPreset({ agents }) {
  const known = agents.findIndex(({ about }) => about === $("about").value);
  const next = known < 0 ? Math.floor(Math.random() * agents.length) : (known + 1) % agents.length;
  $("name").value = agents[next].name;
  $("about").value = agents[next].about;
  preview();
}

function preview() {
  drawStrip($("strip"), fingerprintOf($("about").value));
  const chosen = presetOf($("about").value);
  [...$("presets").children].forEach((button, i) => {
    button.setAttribute("aria-pressed", String(PRESETS[i] === chosen));
  });
}

function submitOnEnter(event) {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
}

function wire() {
  $("presets").append(...PRESETS.map((preset) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = preset.topic;
    button.addEventListener("click", () => fillPreset(preset));
    return button;
  }));
  $("about").addEventListener("input", preview);
  $("join-form").addEventListener("submit", (event) => {
    event.preventDefault();
    join($("name").value.trim() || "agent", $("about").value.trim());
    if (agent) $("who-name").focus();
  });
  $("emit-form").addEventListener("submit", (event) => {
    event.preventDefault();
    emit($("text").value, $("confidence").valueAsNumber);
    $("text").value = "";
    $("text").focus();
  });
  $("confidence").addEventListener("input", () => {
    $("confidence-value").textContent = $("confidence").valueAsNumber.toFixed(2);
  });
  $("text").addEventListener("keydown", submitOnEnter);
  $("about").addEventListener("keydown", submitOnEnter);
  $("leave").addEventListener("click", leave);
  onToken(() => {
    clearError();
    if (agent) join($("who-name").textContent, $("who-about").textContent);
  });
  addEventListener("online", () => agent?.state === "waiting" && agent.connect());
}

function start() {
  wire();
  const stored = sessionStorage.getItem("starling.name");
  $("name").value = query.get("name") ?? stored ?? "";
  $("about").value = query.get("about") ?? sessionStorage.getItem("starling.about") ?? "";
  preview();
  const wanted = query.get("join") === "1" || (stored && !query.has("name"));
  if (wanted && $("about").value.trim()) {
    join($("name").value.trim() || "agent", $("about").value.trim());
  }
}

start();
