import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PRESETS } from "../../main/resources/dev/starling/console/assets/presets.js";
import {
  fingerprintOf,
} from "../../../client/qis-browser-agent.js";

const THRESHOLD = 0.75;
const UNRELATED = 0.3;
const GOLDEN = [0.313705, 0.134095, 0.2974, -0.00943, -0.569663, -0.035947, 0.55062, 0.407531];

const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const cosine = (a, b) => dot(fingerprintOf(a), fingerprintOf(b));

describe("fingerprintOf", () => {
  it("gives a unit vector of the asked size, the same each time", () => {
    for (const dimensions of [1, 16, 128, 384]) {
      const fingerprint = fingerprintOf("rain in Berlin", dimensions);
      assert.equal(fingerprint.length, dimensions);
      assert.ok(Math.abs(Math.sqrt(dot(fingerprint, fingerprint)) - 1) < 1e-4);
      assert.deepEqual(fingerprintOf("rain in Berlin", dimensions), fingerprint);
    }
  });

  it("never changes: fingerprints of two versions must be comparable", () => {
    assert.deepEqual(fingerprintOf("weather in berlin", 8), GOLDEN);
  });

  it("gives zeros for a text without words", () => {
    for (const text of ["", "  ", "?! …", undefined, null]) {
      assert.ok(fingerprintOf(text).every((value) => value === 0));
    }
  });

  it("refuses sizes that the mesh refuses", () => {
    for (const dimensions of [0, -1, 1.5, 4097, NaN, "128"]) {
      assert.throws(() => fingerprintOf("rain", dimensions), RangeError);
    }
  });

  it("does not mind case, accents, plurals, punctuation or word order", () => {
    assert.deepEqual(fingerprintOf("Zürich, Straßen!"), fingerprintOf("zurich strassen"));
    assert.ok(cosine("lithium battery chemistry", "Chemistry: lithium batteries") > 0.99);
  });

  for (const [a, b] of [
    ["weather in berlin", "berlin weather"],
    ["Weather in Berlin", "the weather in Berlin today"],
    ["clinical trials for diabetes", "diabetes clinical trial results"],
    ["machine learning for protein folding", "protein folding with machine learning models"],
    ["stock market prices in Europe", "European stock market prices"],
    ["東京の天気予報", "東京の天気"],
  ]) {
    it(`matches "${a}" with "${b}"`, () => assert.ok(cosine(a, b) >= THRESHOLD, `${cosine(a, b)}`));
  }

  for (const [a, b] of [
    ["weather in berlin", "lithium battery chemistry"],
    ["the cat is on the mat", "the price of the oil is in the news"],
    ["protein folding", "weather forecast"],
    ["weather", "whether"],
    ["berlin", "paris"],
  ]) {
    it(`keeps "${a}" from "${b}"`, () => assert.ok(cosine(a, b) < UNRELATED, `${cosine(a, b)}`));
  }
});

describe("the page's presets", () => {
  const all = PRESETS.flatMap(({ topic, agents }) => agents.map((agent) => ({ topic, ...agent })));

  it("match within a topic and never across topics", () => {
    for (const a of all) {
      for (const b of all.filter((other) => other.name > a.name)) {
        const similarity = cosine(a.about, b.about);
        const label = `${a.name} and ${b.name}: ${similarity}`;
        assert.ok(a.topic === b.topic ? similarity >= THRESHOLD : similarity < UNRELATED, label);
      }
    }
  });
});
