// SPDX-License-Identifier: Apache-2.0
// A graph laid out by the libraries that JavaScript has for it, each with the settings that it
// comes with, one tick at a time.
//
// usage: node graph_layouts.js SYSTEM GRAPH OUT SEED WARM TICKS EQUAL LIMIT
//   SYSTEM  d3 | ngraph | fa2             (found through NODE_PATH)
//   GRAPH   a file of edges, "a b" a line, nodes numbered from 0 without a gap
//   OUT     places go to OUT.ticks after TICKS ticks and to OUT.time after EQUAL seconds, "x y z" a line
//   SEED    of the places that fa2 begins at; the others place nodes themselves, always alike
//   WARM    seconds of CPU for which a layout is ticked that is then thrown away, for the compiler
//   LIMIT   seconds after which it ends whatever it has reached
//
// Prints one line of JSON: the milliseconds of each tick by the clock and of the process's CPU.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const [system, graphFile, out, seed, warm, ticks, equal, limit] = process.argv.slice(2);

/** The edges of a file, and the number of nodes that they join. */
function read(file) {
  const edges = fs.readFileSync(file, 'utf8').trim().split('\n').map(line => line.split(' ').map(Number));
  const nodes = edges.reduce((most, [a, b]) => Math.max(most, a, b), -1) + 1;
  return { nodes, edges };
}

/** Numbers from 0 to 1 that are always the same for a seed (mulberry32). */
function random(state) {
  let a = state;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Each library as { tick, place(node) -> [x, y, z] }, made anew by each call. */
const LIBRARIES = {
  async d3({ nodes, edges }) {
    const d3 = await import(pathToFileURL(require.resolve('d3-force-3d')));
    const bodies = Array.from({ length: nodes }, (_, id) => ({ id }));
    const links = edges.map(([source, target]) => ({ source, target }));
    const simulation = d3
      .forceSimulation(bodies, 3)
      .force('charge', d3.forceManyBody())
      .force('link', d3.forceLink(links))
      .force('center', d3.forceCenter())
      .stop();
    return {
      tick: () => simulation.tick(),
      place: node => [bodies[node].x, bodies[node].y, bodies[node].z],
    };
  },

  async ngraph({ nodes, edges }) {
    const graph = require('ngraph.graph')();
    for (let node = 0; node < nodes; node++) graph.addNode(node);
    for (const [a, b] of edges) graph.addLink(a, b);
    const layout = require('ngraph.forcelayout')(graph, { dimensions: 3 });
    return {
      tick: () => layout.step(),
      place(node) {
        const { x, y, z } = layout.getNodePosition(node);
        return [x, y, z];
      },
    };
  },

  // Two dimensions: it knows no third. What its public call copies in and out for each run of ticks
  // is left out here, as its own worker leaves it out.
  async fa2({ nodes, edges }) {
    const Graph = require('graphology');
    const forceAtlas2 = require('graphology-layout-forceatlas2');
    const helpers = require('graphology-layout-forceatlas2/helpers.js');
    const iterate = require('graphology-layout-forceatlas2/iterate.js');
    const defaults = require('graphology-layout-forceatlas2/defaults.js');
    const next = random(Number(seed));
    const graph = new Graph({ type: 'undirected' });
    for (let node = 0; node < nodes; node++) {
      graph.addNode(String(node), { x: 1000 * (next() - 0.5), y: 1000 * (next() - 0.5) });
    }
    for (const [a, b] of edges) graph.addEdge(String(a), String(b));
    const settings = { ...defaults, ...forceAtlas2.inferSettings(graph) };
    const columns = helpers.graphToByteArrays(graph, () => 1);
    const perNode = columns.nodes.length / nodes;
    return {
      tick: () => iterate(settings, columns.nodes, columns.edges),
      place: node => [columns.nodes[node * perNode], columns.nodes[node * perNode + 1], 0],
    };
  },
};

const PACKAGES = { d3: 'd3-force-3d', ngraph: 'ngraph.forcelayout', fa2: 'graphology-layout-forceatlas2' };

/** The version of an installed package, which may keep its manifest to itself. */
function version(name) {
  let folder = path.dirname(require.resolve(name));
  while (!fs.existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).version;
}

function write(file, nodes, place) {
  const lines = [];
  for (let node = 0; node < nodes; node++) lines.push(place(node).join(' '));
  fs.writeFileSync(file, lines.join('\n') + '\n');
}

function millis(cpu) {
  return (cpu.user + cpu.system) / 1000;
}

/** One tick: its milliseconds by the clock and of CPU, collector and compiler included. */
function timed(layout) {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  layout.tick();
  const wallMs = Number(process.hrtime.bigint() - start) / 1e6;
  return { wallMs, cpuMs: millis(process.cpuUsage(cpu)) };
}

async function main() {
  const graph = read(graphFile);
  const cold = await LIBRARIES[system](graph);
  const warmUntil = millis(process.cpuUsage()) + 1000 * Number(warm);
  do cold.tick();
  while (millis(process.cpuUsage()) < warmUntil);

  const layout = await LIBRARIES[system](graph);
  const wallMs = [];
  const cpuMs = [];
  let spent = 0;
  let ticksAtTime = null;
  while (spent < 1000 * Number(limit) && (wallMs.length < Number(ticks) || ticksAtTime === null)) {
    const tick = timed(layout);
    wallMs.push(tick.wallMs);
    cpuMs.push(tick.cpuMs);
    spent += tick.wallMs;
    if (wallMs.length === Number(ticks)) write(`${out}.ticks`, graph.nodes, layout.place);
    if (ticksAtTime === null && spent >= 1000 * Number(equal)) {
      ticksAtTime = wallMs.length;
      write(`${out}.time`, graph.nodes, layout.place);
    }
  }
  const name = PACKAGES[system];
  const made = `${name} ${version(name)}, Node ${process.versions.node}`;
  console.log(JSON.stringify({ version: made, wallMs, cpuMs, ticksAtTime }));
}

main();
