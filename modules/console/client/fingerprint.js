/** Fingerprints of texts by their words, computed here, without a model. */

/** Each feature is spread over this many signed cells, so that one collision cannot decide. */
const CELLS_PER_FEATURE = 8;

/** Share of a word's weight that lies in the word itself; the rest is in its character n-grams. */
const WORD_SHARE = 0.6;
const STOP_WORD_WEIGHT = 0.08;

const STOP_WORDS = new Set((
  "a about above after all also am an and any are as at be been but by can could did do does for "
  + "from had has have how i if in into is it its me more most my new no not of on or our out over "
  + "she he so some than that the their them then there these they this to today under "
  + "up us was we were "
  + "what when where which who why will with would you your "
  + "aber als am auf aus bei das dem den der des die ein eine einem einen einer es fur im ist mit "
  + "nach nicht oder sich sind und uber um von vor wie zu zum zur "
  + "au aux avec ce dans de des du elle en est et il la le les ne ou par pas pour que qui se son "
  + "sur un une con como del el las lo los por para una y"
).split(" "));

/** Letters that Unicode does not decompose, as they are commonly written without. */
const FOLDED = { "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i" };

/** Scripts written without spaces: there a character says as much as a stem does elsewhere. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/**
 * A LEXICAL fingerprint of a text: it says which words and word parts occur, not what they mean.
 * "car" and "automobile" have nothing in common here. Use an embedding model, or `profile`, where
 * meaning matters.
 *
 * Words (lower case, accents and plurals folded, stop words nearly weightless) and their character
 * 3- to 5-grams are hashed with signs into `dimensions` cells; the result has length 1. Word order
 * does not count. Texts that share most of their words have a cosine of at least 0.75, unrelated
 * ones lie around 0, give or take 1/√dimensions. The same text gives the same numbers on every
 * machine.
 *
 * @param {string} text
 * @param {number} [dimensions] number of cells, 1 to 4096
 * @returns {number[]} float[dimensions] with six decimals; all zero (matches nothing) if wordless
 */
export function fingerprintOf(text, dimensions = 128) {
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > 4096) {
    throw new RangeError("dimensions must be a whole number from 1 to 4096");
  }
  const cells = new Array(dimensions).fill(0);
  for (const [word, count] of countsOf(wordsOf(text))) {
    const weight = weightOf(word) * (1 + Math.log(count));
    const share = UNSPACED.test(word) ? 0 : WORD_SHARE;
    spread(cells, `w ${word}`, weight * Math.sqrt(share));
    const grams = countsOf(gramsOf(word));
    const norm = Math.hypot(...grams.values());
    for (const [gram, times] of grams) {
      spread(cells, `g ${gram}`, (weight * Math.sqrt(1 - share) * times) / norm);
    }
  }
  const norm = Math.hypot(...cells);
  return norm === 0 ? cells : cells.map((cell) => Math.round((cell / norm) * 1e6) / 1e6);
}

function wordsOf(text) {
  const folded = String(text ?? "").toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "")
    .replace(/[ßøłđæœı]/g, (letter) => FOLDED[letter]);
  return (folded.match(/[\p{L}\p{N}]+/gu) ?? []).map(singular);
}

/** Drops an English plural ending, roughly; the same wrong stem for both texts does no harm. */
function singular(word) {
  if (word.length < 4 || STOP_WORDS.has(word)) return word;
  return word.replace(/([a-z]{2})ies$/, "$1y").replace(/([a-rt-z])s$/, "$1");
}

/** Longer words say more: the poor relation of a document frequency, needing no corpus. */
function weightOf(word) {
  if (STOP_WORDS.has(word)) return STOP_WORD_WEIGHT;
  return UNSPACED.test(word) ? 1 : 0.55 + 0.075 * Math.min([...word].length, 10);
}

function gramsOf(word) {
  const letters = [...(UNSPACED.test(word) ? word : `<${word}>`)];
  const [shortest, longest] = UNSPACED.test(word) ? [1, 2] : [3, 5];
  const grams = [];
  for (let size = shortest; size <= longest; size++) {
    for (let at = 0; at + size <= letters.length; at++) {
      grams.push(letters.slice(at, at + size).join(""));
    }
  }
  return grams.length ? grams : [letters.join("")];
}

function countsOf(items) {
  const counts = new Map();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

function spread(cells, feature, weight) {
  const share = weight / Math.sqrt(CELLS_PER_FEATURE);
  let hash = hash32(feature);
  for (let i = 0; i < CELLS_PER_FEATURE; i++) {
    hash = mix32((hash + 0x9e3779b9) | 0);
    cells[(hash >>> 1) % cells.length] += hash & 1 ? share : -share;
  }
}

/** FNV-1a over UTF-16 units, then mixed: FNV alone leaves short keys' low bits related. */
function hash32(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return mix32(hash);
}

/** MurmurHash3's 32-bit finaliser. */
function mix32(value) {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
