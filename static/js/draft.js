// form[data-draft="key"]: what is typed is kept in this tab until it is sent, also over a reload, a lost connection or a
// sign-in that ran out. With data-draft-url the server keeps it, and this tab only what did not reach it. A draft of the
// tab is dropped when the answer shows that the form went through: htmx says so, or the next page was reached from
// this one as after a redirect. Signing out forgets all of them.
const PREFIX = "draft:";
const WAIT = 900;
const waiting = new Map();
const texts = (form) => [...form.querySelectorAll("textarea[name], input[type=text][name], input[type=email][name]")];
const keyOf = (form) => PREFIX + form.dataset.draft;

function read(key) {
  return JSON.parse(sessionStorage.getItem(key) ?? "null");
}

function keep(form, sentFrom = null) {
  const values = Object.fromEntries(texts(form).filter((text) => text.value.trim()).map((text) => [text.name, text.value]));
  const { draft, key } = form.elements;
  const draftOf = form.dataset.draftUrl ? { version: draft.value, key: key.value } : {};
  if (Object.keys(values).length) sessionStorage.setItem(keyOf(form), JSON.stringify({ values, sentFrom, ...draftOf }));
  else sessionStorage.removeItem(keyOf(form));
}

// what did not reach the server goes on where the page has the draft it was written in, else it is laid beside that
function restore(form) {
  const draft = read(keyOf(form));
  if (!draft) return;
  const goesOn = form.dataset.draftUrl && draft.version === form.elements.draft.value;
  for (const text of texts(form)) {
    const value = draft.values[text.name];
    if (!value || value === text.value) continue;
    if (!text.value || goesOn) {
      text.value = value;
      text.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (text.name === "body" && form.dataset.draftUrl) save(form, { body: value, draft: draft.version, key: draft.key });
  }
}

function forgetSent() {
  const arrival = performance.getEntriesByType("navigation")[0]?.type;
  const from = document.referrer ? new URL(document.referrer).pathname : "";
  for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX))) {
    const draft = read(key);
    if (!draft.sentFrom) continue;
    const refused = document.querySelector("[data-draft] [aria-invalid=true]");
    if (arrival === "navigate" && from === draft.sentFrom && !refused) sessionStorage.removeItem(key);
  }
}

function say(form, words) {
  const place = form.querySelector("[data-draft-state]");
  if (place) place.textContent = words;
}

const stateOf = (form) => waiting.get(form) ?? waiting.set(form, {}).get(form);

function stop(form) {
  clearTimeout(stateOf(form).timer);
  stateOf(form).request?.abort();
  waiting.delete(form);
}

async function save(form, others = {}) {
  const state = stateOf(form);
  delete state.timer;
  if (state.request) return soon(form);
  const words = form.querySelector("[data-draft-state]").dataset;
  const fields = new FormData(form);
  fields.delete("attachments");
  for (const [name, value] of Object.entries(others)) fields.set(name, value);
  state.request = new AbortController();
  try {
    const keepalive = fields.get("body").length < 20000;
    const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: fields, signal: state.request.signal, keepalive });
    if (!answer.ok || answer.redirected) throw new TypeError(answer.statusText);
    const kept = await answer.json();
    if (!kept.sentence) form.elements.draft.value = kept.version;
    if (!state.timer) sessionStorage.removeItem(keyOf(form));
    say(form, kept.sentence || (kept.version ? words.wordsSaved : ""));
  } catch (error) {
    if (error.name !== "AbortError") say(form, words.wordsLost);
  }
  delete state.request;
}

function soon(form, wait = WAIT) {
  clearTimeout(stateOf(form).timer);
  stateOf(form).timer = setTimeout(save, wait, form);
}

function changed(event) {
  const form = event.target.closest?.("form[data-draft]");
  if (!form || event.target.type === "file") return;
  keep(form);
  if (form.dataset.draftUrl && !("sending" in form.dataset)) soon(form);
}
document.addEventListener("input", changed);
document.addEventListener("change", changed);
document.addEventListener("files:kept", changed);
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form[data-draft]")) {
    stop(form);
    if (event.submitter?.matches("[data-plain]")) sessionStorage.removeItem(keyOf(form));
    else keep(form, location.pathname);
  }
  if (form.matches("form[data-sign-out]")) sessionStorage.clear();
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const { elt, verb } = detail.requestConfig;
  const form = elt ?? detail.elt; // of htmx detail.elt is what stands in its place by now
  if (!form.matches("form[data-draft]") || verb !== "post") return;
  const status = detail.xhr?.status; // htmx calls an answer that leads elsewhere no success
  if (detail.successful || (status >= 200 && status < 400)) sessionStorage.removeItem(keyOf(form));
  else keep(form);
});
document.addEventListener("htmx:load", (event) => {
  event.target.querySelectorAll?.("form[data-draft]").forEach(restore);
});
addEventListener("online", () => document.querySelectorAll("form[data-draft-url]").forEach((form) => read(keyOf(form)) && soon(form, 0)));
document.addEventListener("visibilitychange", () => {
  if (document.hidden) for (const form of [...waiting.keys()]) if (waiting.get(form).timer) soon(form, 0);
});
forgetSent();
document.querySelectorAll("form[data-draft]").forEach(restore);
