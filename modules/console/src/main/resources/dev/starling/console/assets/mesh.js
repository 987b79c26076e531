/**
 * The counters and the list of nodes, from GET /api/mesh once a second while the tab can be seen.
 * A number that the mesh cannot give is shown as a dash, never as the last or a likely one.
 */
import { askForToken, askNoMore, authorization, shownToken } from "/assets/token.js";

const EVERY_MS = 1000;
const GIVE_UP_MS = 4000;
const UNKNOWN = "Cannot be measured right now";

const numbers = new Intl.NumberFormat("en");

export class MeshView {
  /** The gateway this tab is registered on: a node's id or name. */
  gateway = null;

  #nodes = [];
  #names = new Map();
  #timer = null;
  #onNodes;

  constructor(onNodes) {
    this.#onNodes = onNodes;
    document.addEventListener("visibilitychange", () => this.#poll());
    this.#poll();
  }

  /** The name to show for a gateway. */
  nameOf(gateway) {
    const id = typeof gateway === "object" ? gateway?.id ?? gateway?.name : gateway;
    return this.#names.get(id) ?? id ?? null;
  }

  async #poll() {
    clearTimeout(this.#timer);
    if (document.visibilityState === "hidden") return;
    const mesh = await fetchMesh();
    this.#nodes = mesh?.nodes ?? [];
    this.#nodes.forEach(({ id, name }) => this.#names.set(id, name ?? id));
    showTotals(mesh?.totals ?? {});
    this.#showNodes();
    this.#onNodes();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#poll(), EVERY_MS);
  }

  #showNodes() {
    const here = this.gateway && this.nameOf(this.gateway);
    document.getElementById("nodes").replaceChildren(...this.#nodes.map((node) => {
      const item = document.createElement("li");
      const name = node.name ?? node.id;
      item.textContent = `${name} · ${count(node.agents, "agent")}`;
      if (name === here) item.className = "here";
      item.title = (node.roles ?? []).map(({ role, state }) => `${role}: ${state}`).join("\n");
      return item;
    }));
  }
}

async function fetchMesh() {
  try {
    const response = await fetch("/api/mesh", {
      signal: AbortSignal.timeout(GIVE_UP_MS), cache: "no-store", headers: authorization(),
    });
    if (response.status === 401) askForToken(await wanted(response));
    else askNoMore();
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

async function wanted(response) {
  const { error } = await response.json();
  return shownToken()
    ? `The mesh refused this token (${error.details.reason}). Give another one`
    : "This mesh wants a token";
}

function showTotals({ agents, outcomes, deliveries, pairsPossible, pairsActivated }) {
  show("counter-agents", agents);
  show("counter-outcomes", outcomes);
  show("counter-deliveries", deliveries);
  const pairs = show("counter-pairs", pairsActivated);
  pairs.dataset.possible = pairsPossible ?? "";
  const of = document.createElement("small");
  of.textContent = ` / ${isNumber(pairsPossible) ? numbers.format(pairsPossible) : "–"}`;
  pairs.append(of);
  const share = isNumber(pairsActivated) && pairsPossible > 0 ? pairsActivated / pairsPossible : 0;
  document.getElementById("pairs-share").value = Math.min(1, share);
}

function show(testId, value) {
  const target = document.querySelector(`[data-testid="${testId}"]`);
  const known = isNumber(value);
  target.textContent = known ? numbers.format(value) : "–";
  target.dataset.value = known ? value : "";
  target.toggleAttribute("title", !known);
  if (!known) target.title = UNKNOWN;
  return target;
}

function count(value, noun) {
  if (!isNumber(value)) return `– ${noun}s`;
  return `${numbers.format(value)} ${noun}${value === 1 ? "" : "s"}`;
}

function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}
