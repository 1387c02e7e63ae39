// [data-toasts] is the live region. Its toasts leave after a while, not under the pointer or the focus.
// The server adds one by the response header HX-Trigger: {"toast": {"text": "...", "kind": "good"}}.
// One that can be undone ([data-toast-long]) stays longer, a bad one and [data-toast-stays] until closed. What somebody
// asked for and htmx could not bring is said as well: in the words of the page that the server answered with
// (Words-Said), else in those of data-words-lost.
const STAY = 7000;
const LONG = 30000;
const PICTURES = { info: "info", good: "check", warn: "alert", bad: "alert" };
const region = document.querySelector("[data-toasts]");

function watch(toast) {
  const close = toast.querySelector("[data-toast-close]");
  let timer;
  const leave = () => toast.remove();
  const wait = () => {
    clearTimeout(timer);
    if (!toast.matches(".toast-bad, [data-toast-stays]")) timer = setTimeout(leave, "toastLong" in toast.dataset ? LONG : STAY);
  };
  close.hidden = false;
  close.addEventListener("click", leave);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, wait);
  wait();
}

function add({ text, kind = "info" }, isFault = false) {
  const shape = document.querySelector("template[data-toast-shape]");
  const toast = shape.content.firstElementChild.cloneNode(true);
  const picture = toast.querySelector("use");
  toast.classList.replace("toast-info", `toast-${kind}`);
  picture.setAttribute("href", picture.getAttribute("href").replace("#info", `#${PICTURES[kind]}`));
  toast.querySelector(".toast-text").textContent = text;
  toast.toggleAttribute("data-toast-fault", isFault);
  region.append(toast);
}

// not what a page asks for by itself
const wasAsked = ({ verb, triggeringEvent }) => verb !== "get" || ["click", "submit"].includes(triggeringEvent?.type);
const forget = () => region.querySelectorAll("[data-toast-fault]").forEach((toast) => toast.remove());

function fail({ detail }) {
  if (!wasAsked(detail.requestConfig) || detail.xhr.status === 401) return;
  const said = decodeURIComponent(detail.xhr.getResponseHeader("Words-Said") ?? "");
  forget();
  add({ text: said || region.dataset.wordsLost, kind: "bad" }, true);
}

if (region) {
  for (const toast of region.querySelectorAll("[data-toast]")) watch(toast);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node.matches?.("[data-toast]")) watch(node);
    }
  }).observe(region, { childList: true });
  document.addEventListener("toast", (event) => add(event.detail));
  // what was undone can't be undone again
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!detail.successful) return;
    detail.elt.closest("[data-toast]")?.remove();
    if (wasAsked(detail.requestConfig)) forget();
  });
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, fail);
}
