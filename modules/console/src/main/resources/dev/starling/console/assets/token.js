/**
 * The token of whoever uses this tab, for a mesh that wants one: kept in the tab's storage, which
 * ends with it, and shown by every request and by the socket.
 */
const KEY = "starling.token";

const field = document.getElementById("token");
const form = document.getElementById("token-form");

/** The token, or undefined. */
export function shownToken() {
  return sessionStorage.getItem(KEY) || undefined;
}

/** The headers that show it. */
export function authorization() {
  const token = shownToken();
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** Asks for a token, in these words. */
export function askForToken(text) {
  document.getElementById("token-text").textContent = text;
  form.hidden = false;
}

/** Asks no more: the mesh has answered. */
export function askNoMore() {
  form.hidden = true;
}

/** Calls `use` with each token that is given. */
export function onToken(use) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sessionStorage.setItem(KEY, field.value.trim());
    field.value = "";
    askNoMore();
    use();
  });
}
