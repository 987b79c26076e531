/**
 * The list of outcomes, newest first. Rows are gathered and put into the page once per frame, and
 * only the newest LIMIT are ever kept, shown or not, so that a hundred outcomes a second cost one
 * layout per frame and a tab in the background costs nothing.
 */
const LIMIT = 200;
const PAYLOAD_LIMIT = 2000;
const ANNOUNCE_EVERY_MS = 5000;
/** A latency beyond this, in ms, says that two clocks disagree, not that the mesh is slow. */
const ABSURD_MS = 600_000;

const numbers = new Intl.NumberFormat("en");
const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit", minute: "2-digit", second: "2-digit",
});

export class Feed {
  #list;
  #onFirst;
  #count;
  #announcement;
  #pending = [];
  #scheduled = false;
  #received = 0;
  #unannounced = 0;
  #lastSource = "";
  #announcing = false;

  constructor({ list, count, announcement, onFirst }) {
    this.#list = list;
    this.#count = count;
    this.#announcement = announcement;
    this.#onFirst = onFirst;
  }

  /** An outcome from the mesh, received now. */
  incoming(packet, { similarity, replayed }) {
    const heldMs = replayed ? null : latencyMs(packet.timestamp);
    this.#received++;
    this.#unannounced++;
    this.#lastSource = String(packet.source_agent ?? "unknown");
    this.#announceSoon();
    this.#add(() => incomingRow(packet, similarity, replayed, heldMs, new Date()));
  }

  /** An outcome of one's own; returns a function for its facts and id (null: it failed). */
  own(payload) {
    const row = ownRow(payload, new Date());
    this.#add(() => row);
    return (text, outcomeId) => {
      row.querySelector(".facts").textContent = text;
      row.dataset.outcomeId = outcomeId ?? "";
      row.classList.toggle("failed", outcomeId === null);
    };
  }

  #add(make) {
    this.#pending.push(make);
    if (this.#pending.length > LIMIT) this.#pending.shift();
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => this.#show());
  }

  #show() {
    this.#scheduled = false;
    this.#onFirst?.();
    this.#onFirst = null;
    const fresh = this.#pending.splice(0).reverse().map((make) => make());
    this.#list.prepend(...fresh);
    while (this.#list.childElementCount > LIMIT) this.#list.lastElementChild.remove();
    this.#count.textContent = this.#received ? `${numbers.format(this.#received)} received` : "";
  }

  /** A screen reader hears of arrivals every few seconds at most. */
  #announceSoon() {
    if (this.#announcing) return;
    this.#announcing = true;
    setTimeout(() => {
      this.#announcing = false;
      const what = this.#unannounced === 1 ? "1 new outcome" : `${this.#unannounced} new outcomes`;
      this.#announcement.textContent = `${what}, the latest from ${this.#lastSource}`;
      this.#unannounced = 0;
    }, ANNOUNCE_EVERY_MS);
  }
}

/** From the packet's clock to ours; null where there is no such time or it cannot be true. */
function latencyMs(timestamp) {
  if (typeof timestamp !== "number") return null;
  const ms = Date.now() - timestamp * 1000;
  return ms >= 0 && ms < ABSURD_MS ? ms : null;
}

function incomingRow(packet, similarity, replayed, heldMs, at) {
  const row = rowOf("outcome-row", packet.outcome_id, at);
  row.classList.add("incoming");
  row.dataset.source = packet.source_agent ?? "";
  row.dataset.similarity = similarity ?? "";
  row.dataset.latencyMs = heldMs === null ? "" : Math.round(heldMs);
  row.querySelector(".source").append(...nameAndSuffix(String(packet.source_agent ?? "unknown")));
  row.querySelector(".payload").textContent = asText(packet.payload);
  row.querySelector(".facts").append(
    similarityBar(similarity),
    fact("confidence ", typeof packet.confidence === "number" ? packet.confidence.toFixed(2) : "–"),
    replayed ? "from the log" : fact("emit → here ", heldMs === null ? "–" : clockMs(heldMs)),
  );
  return row;
}

function ownRow(payload, at) {
  const row = rowOf("emit-row", "", at);
  row.classList.add("own");
  row.querySelector(".source").textContent = "You";
  row.querySelector(".payload").textContent = asText(payload);
  row.querySelector(".facts").textContent = "On its way";
  return row;
}

function rowOf(testId, outcomeId, at) {
  const time = element("time", "", clock.format(at));
  time.dateTime = at.toISOString();
  const head = element("header");
  head.append(element("span", "source"), time);
  const row = element("li", "row");
  row.dataset.testid = testId;
  row.dataset.outcomeId = outcomeId ?? "";
  row.append(head, element("p", "payload"), element("p", "facts"));
  return row;
}

/** "nimbus-k3f9" as a name and, smaller, the suffix that makes it unique. */
function nameAndSuffix(id) {
  const [, name, suffix] = /^(.+)(-[a-z0-9]{4})$/.exec(id) ?? [null, id, ""];
  return [name, element("small", "", suffix)];
}

function similarityBar(similarity) {
  const known = typeof similarity === "number";
  const bar = element("i");
  bar.style.width = `${known ? Math.max(0, Math.min(1, similarity)) * 100 : 0}%`;
  const track = element("span", "track");
  track.append(bar);
  const whole = element("span", "similarity");
  whole.append("similarity", track, element("b", "", known ? similarity.toFixed(3) : "–"));
  return whole;
}

function fact(label, value) {
  const span = element("span", "", label);
  span.append(element("b", "", value));
  return span;
}

/** Two wall clocks agree to a millisecond at best. */
function clockMs(ms) {
  if (ms < 1) return "< 1 ms";
  return ms < 1000 ? `${Math.round(ms)} ms` : formatMs(ms);
}

export function formatMs(ms) {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function asText(payload) {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload) ?? "";
  return text.length > PAYLOAD_LIMIT ? `${text.slice(0, PAYLOAD_LIMIT)}…` : text;
}

function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}
