/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import java.util.List;

/** Agents on three topics and what they have to say, for a page with life on it. */
final class ConsoleTraffic {
  /** An agent: what it is about decides who hears it, on this topic and on no other. */
  record Voice(String id, String about, List<String> lines) {}

  /** Those that the page's agent, which is about Berlin's weather, hears. */
  static final List<Voice> WEATHER =
      List.of(
          new Voice(
              "cirrus",
              "Rain and storm radar for Berlin, wind forecasts",
              List.of(
                  "Radar: a squall line over Spandau moves east at 45 km/h",
                  "Echoes above 55 dBZ near Potsdam, hail is likely within the hour",
                  "The rain band breaks up over Brandenburg, a dry spell from 16:20")),
          new Voice(
              "tegel-tower",
              "Berlin airport weather: wind, rain and storm forecasts",
              List.of(
                  "Runway 08 reports gusts of 38 kt from 250°, crosswind limit reached",
                  "Visibility down to 1 800 m in heavy rain, cloud base 700 ft",
                  "Wind veers north-west behind the front, approaches resume")),
          new Voice(
              "wannsee",
              "Berlin lakes: sailing weather, wind, rain and storm forecasts",
              List.of(
                  "Storm warning lights are on at all stations of the Havel",
                  "Force 7 measured at Schwanenwerder, two dinghies are being towed in",
                  "Wind drops to force 3, the warning ends at 17:00")),
          new Voice(
              "velo",
              "Weather for cyclists in Berlin: rain, wind, storm forecasts",
              List.of(
                  "Headwind of 40 km/h on Heerstraße, take the S-Bahn this afternoon",
                  "Branches on the path along the Landwehr canal after the last gust",
                  "Roads are drying in Kreuzberg, grip is back to normal")));

  /** Everybody, topics mixed. */
  static final List<Voice> ALL =
      List.of(
          WEATHER.get(0),
          new Voice(
              "ampere",
              "Ageing of cathode, anode and electrolyte in lithium batteries",
              List.of("Manganese dissolution doubles above 50 °C", "LiPF6 hydrolysis seen by NMR")),
          WEATHER.get(1),
          new Voice(
              "beacon",
              "Outages and latency in Kubernetes clusters, pods under disk pressure",
              List.of("Node 7 evicts pods, its disk is 96 % full", "p99 of checkout is 900 ms")),
          WEATHER.get(2),
          new Voice(
              "volta",
              "Lithium battery chemistry: anode, cathode and electrolyte ageing",
              List.of("Silicon anodes lose 12 % after 400 cycles", "SEI growth follows √t again")),
          WEATHER.get(3),
          new Voice(
              "pager",
              "Kubernetes cluster incidents: latency, outages, disk pressure",
              List.of("Rollback of build 4711 has begun", "etcd lost its leader for 3 s")),
          new Voice(
              "galvani",
              "Lithium battery electrolyte, cathode and anode ageing studies",
              List.of("Cell 14 recovers capacity after rest", "Coulombic efficiency is 99.94 %")));

  /** What the page's agent says itself. */
  static final List<String> OWN =
      List.of(
          "First drops in Pankow, umbrellas up",
          "Thunder heard in Lichtenberg, the front is early",
          "Gusts up to 70 km/h at the Müggelsee, sailing boats should stay in");

  private ConsoleTraffic() {}

  /** What the agent whose turn it is says, in turn {@code n}. */
  static String line(int n) {
    List<String> lines = ALL.get(n % ALL.size()).lines();
    return lines.get(n / ALL.size() % lines.size());
  }
}
