// textarea[data-templates], [data-mentions]: “/” or “@” at the beginning of a word, or the button [data-picker-open],
// opens a list beside the text. The focus stays in the text; arrows walk, Enter puts the marked text in the place of
// what was typed, Escape leaves. htmx brings the choices for what stands after the mark.
const BEGUN = /(?:^|[\s(])([/@])([^\s/]{0,40})$/u;
const LISTS = { "/": "templates", "@": "mentions" };
const TEXTS = "textarea:is([data-templates], [data-mentions])";
let area = null; // whose list is open
let at = 0; // where its mark stands
let isOwn = false; // the mark came from the button, not from the writer
let box, said;
let isBusy = false;
const options = () => [...box.querySelectorAll("[role=option]")];
const marked = () => box.querySelector("[aria-selected=true]");

function begun(text) {
  const end = text.selectionStart;
  const found = end === text.selectionEnd && BEGUN.exec(text.value.slice(Math.max(0, end - 60), end));
  const url = found && text.dataset[LISTS[found[1]]];
  return url ? { at: end - found[2].length - 1, words: found[2], url } : null;
}

function build() {
  box = document.createElement("div");
  box.className = "picker";
  box.hidden = true;
  box.addEventListener("mousedown", (event) => event.preventDefault());
  box.addEventListener("click", (event) => choose(event.target.closest("[role=option]")));
  said = document.createElement("div");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
}

function mark(option) {
  marked()?.setAttribute("aria-selected", "false");
  option.setAttribute("aria-selected", "true");
  area.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function close() {
  if (!area) return;
  const text = area;
  area = null;
  box.hidden = true;
  said.textContent = "";
  for (const name of ["aria-autocomplete", "aria-controls", "aria-activedescendant"]) text.removeAttribute(name);
  if (isOwn && text.value[at] === "/" && text.selectionStart === at + 1) put(text, at, at + 1, "");
}

function put(text, start, end, words) {
  text.dispatchEvent(new CustomEvent("format:put", { bubbles: true, detail: { start, end, words } }));
}

function choose(option) {
  if (!option || !area) return;
  const [text, end] = [area, area.selectionStart];
  isOwn = false;
  close();
  put(text, at, end, option.dataset.text);
}

async function ask(text, { url, words }) {
  if (isBusy) return;
  isBusy = true;
  const kind = text.dataset.kind;
  await window.htmx.ajax("GET", url, { target: box, values: { q: words, kind } }).finally(() => (isBusy = false));
  const now = text.isConnected && document.activeElement === text ? begun(text) : null;
  if (!now) close();
  else if (now.words !== words || now.url !== url) ask(text, now);
  else show(text, now.at);
}

function show(text, place) {
  [area, at] = [text, place];
  const [first] = options();
  if (!first) return close();
  box.hidden = false;
  text.setAttribute("aria-autocomplete", "list");
  text.setAttribute("aria-controls", "picker_options");
  said.textContent = box.querySelector("[role=listbox]").dataset.said;
  mark(first);
}

function look(text) {
  const now = begun(text);
  if (!now) return close();
  if (!box) build();
  const bar = text.previousElementSibling;
  const place = bar?.matches("[data-format-bar]") ? bar : text.parentNode;
  if (box.parentNode !== place) place.append(box, said);
  ask(text, now);
}

function walk(step) {
  const all = options();
  mark(all[(all.indexOf(marked()) + step + all.length) % all.length]);
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.(TEXTS) && !event.isComposing) look(event.target);
});
document.addEventListener("click", (event) => {
  const text = event.target.closest?.("[data-picker-open]")?.closest("form").querySelector("textarea[data-templates]");
  if (!text || text.hidden) return;
  const end = text.selectionEnd;
  const before = text.value.slice(0, end);
  text.focus();
  put(text, end, end, /(^|\s)$/.test(before) ? "/" : " /");
  isOwn = true;
});
document.addEventListener("focusout", (event) => event.target === area && close());
document.addEventListener("keydown", (event) => {
  if (event.target.matches?.(TEXTS) && event.key.length === 1) isOwn = false;
  if (!area || event.target !== area || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const act = { ArrowDown: () => walk(1), ArrowUp: () => walk(-1), Enter: () => choose(marked()), Escape: close }[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}, true);
