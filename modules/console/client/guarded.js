/** A callback's own failure is its author's to see, and must not disturb the connection. */
export function guarded(callback, self, ...values) {
  try {
    callback?.apply(self, values);
  } catch (error) {
    (globalThis.reportError ?? console.error)(error);
  }
}
