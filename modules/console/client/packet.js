/**
 * The packet of an outcome, with an id from the start: sent again, it is known to the mesh.
 *
 * @param {*} payload anything JSON can carry
 * @param {object} fields what is added or replaced
 */
export function newPacket(payload, confidence, fingerprint, space, fields) {
  return {
    outcome_id: newId(),
    fingerprint: plainNumbers(fingerprint),
    space,
    payload,
    confidence,
    timestamp: Date.now() / 1000,
    ...fields,
  };
}

/** JSON writes a typed array as an object; the mesh wants a list. */
export function plainNumbers(values) {
  return values ? Array.from(values) : undefined;
}

/** A random UUID. A page served over plain http has no `crypto.randomUUID`. */
function newId() {
  if (globalThis.crypto?.randomUUID) return crypto.randomUUID();
  const bytes = new Uint8Array(16);
  if (globalThis.crypto?.getRandomValues) {
    crypto.getRandomValues(bytes);
  } else {
    bytes.forEach((_, i) => { bytes[i] = Math.floor(Math.random() * 256); });
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}


/** Whether a text is longer in UTF-8, where a UTF-16 unit takes at most three bytes. */
export function longerThan(text, bytes) {
  return text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes;
}
