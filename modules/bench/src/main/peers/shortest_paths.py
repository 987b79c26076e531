# SPDX-License-Identifier: Apache-2.0
"""All shortest paths from some nodes of a graph, with the parents on them, by scipy or networkx.

usage: python3 shortest_paths.py LIBRARY GRAPH OUT WARM SOURCES
  LIBRARY  scipy | networkx
  GRAPH    a file of edges with their lengths, "a b length" a line, nodes numbered from 0
  OUT      where distances go: a line for each source, a number for each node, "inf" if out of reach
  WARM     seconds of CPU of searches before those that count
  SOURCES  nodes, separated by commas; each counts once

Prints one line of JSON: the milliseconds of each search by the clock and of the process's CPU.
"""

import json
import platform
import sys
import time


def edges(file):
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            a, b, length = line.split()
            yield int(a), int(b), float(length)


class Scipy:
    """Dijkstra's algorithm on a Fibonacci heap, in C; both directions of an edge are in the matrix."""

    def __init__(self, file):
        import numpy
        import scipy
        from scipy.sparse.csgraph import dijkstra

        a, b, lengths = (numpy.array(column) for column in zip(*edges(file)))
        self.nodes = int(max(a.max(), b.max())) + 1
        rows, columns = numpy.concatenate([a, b]), numpy.concatenate([b, a])
        values = numpy.concatenate([lengths, lengths])
        self.matrix = scipy.sparse.csr_matrix((values, (rows, columns)), shape=(self.nodes, self.nodes))
        self.dijkstra = dijkstra
        self.version = f"scipy {scipy.__version__}"

    def find(self, source):
        self.distances, _ = self.dijkstra(self.matrix, indices=source, return_predecessors=True)

    def found(self):
        return self.distances.tolist()


class Networkx:
    """Dijkstra's algorithm on a binary heap, in Python."""

    def __init__(self, file):
        import networkx

        self.graph = networkx.Graph()
        self.graph.add_weighted_edges_from(edges(file))
        self.nodes = max(self.graph) + 1
        self.networkx = networkx
        self.version = f"networkx {networkx.__version__}"

    def find(self, source):
        _, self.distances = self.networkx.dijkstra_predecessor_and_distance(self.graph, source)

    def found(self):
        return [self.distances.get(node, float("inf")) for node in range(self.nodes)]


def main():
    library, file, out, warm, sources = sys.argv[1:]
    finder = {"scipy": Scipy, "networkx": Networkx}[library](file)
    sources = [int(source) for source in sources.split(",")]
    until = time.process_time() + float(warm)
    finder.find(sources[0])
    while time.process_time() < until:
        finder.find(sources[0])

    wall, cpu = [], []
    with open(out, "w", encoding="utf-8") as distances:
        for source in sources:
            cpu_before, before = time.process_time_ns(), time.perf_counter_ns()
            finder.find(source)
            wall.append((time.perf_counter_ns() - before) / 1e6)
            cpu.append((time.process_time_ns() - cpu_before) / 1e6)
            distances.write(" ".join(map(str, finder.found())) + "\n")
    version = f"{finder.version}, Python {platform.python_version()}"
    print(json.dumps({"version": version, "wallMs": wall, "cpuMs": cpu}))


main()
