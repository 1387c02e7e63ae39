// form[data-draft="key"]: what is typed is kept in this tab until it is sent, also over a reload, a lost connection
// or a sign-in that ran out. A draft is dropped only when the answer shows that the form went through: htmx says so,
// or the next page was reached from this one as after a redirect. Signing out forgets all drafts.
const PREFIX = "draft:";
const texts = (form) => [...form.querySelectorAll("textarea[name], input[type=text][name], input[type=email][name]")];
const keyOf = (form) => PREFIX + form.dataset.draft;

function read(key) {
  return JSON.parse(sessionStorage.getItem(key) ?? "null");
}

function keep(form, sentFrom = null) {
  const values = Object.fromEntries(texts(form).filter((text) => text.value.trim()).map((text) => [text.name, text.value]));
  if (Object.keys(values).length) sessionStorage.setItem(keyOf(form), JSON.stringify({ values, sentFrom }));
  else sessionStorage.removeItem(keyOf(form));
}

function restore(form) {
  const draft = read(keyOf(form));
  if (!draft) return;
  for (const text of texts(form)) {
    if (!text.value && draft.values[text.name]) {
      text.value = draft.values[text.name];
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
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

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (form) keep(form);
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-draft]")) keep(event.target, location.pathname);
  if (event.target.matches("form[data-sign-out]")) sessionStorage.clear();
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form[data-draft]");
  if (!form || event.detail.requestConfig.verb !== "post" || event.detail.elt.id === "described") return;
  if (event.detail.successful) sessionStorage.removeItem(keyOf(form));
  else keep(form);
});
document.addEventListener("htmx:load", (event) => {
  event.target.querySelectorAll?.("form[data-draft]").forEach(restore);
});
forgetSent();
document.querySelectorAll("form[data-draft]").forEach(restore);
