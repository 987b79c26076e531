/**
 * Topics to try the mesh with. Each has several wordings that differ a little, so that two tabs on
 * the same topic match with an honest similarity below 1, and no two topics match.
 */
export const PRESETS = [
  {
    topic: "Weather",
    agents: [
      { name: "Nimbus", about: "Weather in Berlin: rain, wind and storm forecasts" },
      { name: "Cirrus", about: "Rain and storm radar for Berlin, wind forecasts" },
      { name: "Stratus", about: "Berlin weather: rain, wind, temperature forecasts and storms" },
    ],
    say: "Heavy rain over Tempelhof from 14:00, gusts up to 70 km/h",
  },
  {
    topic: "Batteries",
    agents: [
      { name: "Volta", about: "Lithium battery chemistry: anode, cathode and electrolyte ageing" },
      { name: "Ampere", about: "Ageing of cathode, anode and electrolyte in lithium batteries" },
      { name: "Galvani", about: "Lithium battery electrolyte, cathode and anode ageing studies" },
    ],
    say: "Silicon anodes lose 12 % capacity after 400 cycles at 45 °C",
  },
  {
    topic: "Trials",
    agents: [
      { name: "Osler", about: "Clinical trial results for type 2 diabetes patients" },
      {
        name: "Banting",
        about: "Clinical trials with diabetes patients, type 2, dosage and results",
      },
      { name: "Curie", about: "Diabetes patients type 2: clinical trial outcomes and results" },
    ],
    say: "Arm B: HbA1c down 0.9 points at week 24, no severe hypoglycaemia",
  },
  {
    topic: "Incidents",
    agents: [
      { name: "Pager", about: "Kubernetes cluster incidents: latency, outages, disk pressure" },
      {
        name: "Beacon",
        about: "Outages and latency in Kubernetes clusters, pods under disk pressure",
      },
      {
        name: "Sentry",
        about: "Incidents: Kubernetes outages, cluster latency, disk pressure, rollbacks",
      },
    ],
    say: "p99 of checkout rose to 900 ms: node 7 is evicting pods, its disk is 96 % full",
  },
];
