// dialog[data-palette]: Ctrl+K (Cmd+K) or a link with data-palette-open opens it. The field is a combobox and keeps the
// focus; arrows walk the options that htmx brings, Enter takes the one that is marked. Enter that comes before the
// options for what was typed waits for them.
const palette = document.querySelector("dialog[data-palette]");
const field = palette?.querySelector("[role=combobox]");
const options = () => [...palette.querySelectorAll("[role=option]")];
const marked = () => palette.querySelector("[role=option][aria-selected=true]");
let awaited = false;

function mark(option) {
  marked()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function isCurrent() {
  const words = field.value.split(/\s+/).filter(Boolean).join(" ");
  return palette.querySelector("[role=listbox]").dataset.words === words;
}

function take() {
  awaited = !isCurrent();
  if (!awaited) marked()?.click();
}

function walk(step) {
  const all = options();
  const at = all.indexOf(marked());
  if (all.length) mark(all[(at + step + all.length) % all.length]);
}

function open() {
  if (document.querySelector("dialog[open]")) return;
  awaited = false;
  palette.showModal();
  field.select();
}

function onKey(event) {
  if (event.isComposing) return;
  const isLetter = event.key.toLowerCase() === "k" || (event.code === "KeyK" && !/^[a-z]$/i.test(event.key));
  if (isLetter && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    event.preventDefault();
    if (palette.open) palette.close();
    else open();
  } else if (event.target === field) {
    const act = { ArrowDown: () => walk(1), ArrowUp: () => walk(-1), Enter: take }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

if (palette) {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-palette-open]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  field.addEventListener("input", () => (awaited = false));
  palette.addEventListener("mousedown", (event) => {
    if (event.target.closest("[role=option]")) event.preventDefault();
  });
  palette.addEventListener("htmx:afterSwap", () => {
    mark(options()[0]);
    if (awaited) take();
  });
}
