// Ctrl+K (Cmd+K) or the link [data-palette-open] opens a dialog, made when it is first wanted: every page of the desk has
// the link, hardly any needs the dialog. The field is a combobox and keeps the
// focus; arrows walk the options that htmx brings, Enter takes the one that is marked. Enter that comes before the
// options for what was typed waits for them.
//
// What can be done on this page stands there as well: buttons, links of menus and the choices of the side, by
// their labels: first what was typed for, and with nothing typed, after the places, what has a key. The key is the
// person’s own (hotkeys.js). Rows and messages are left out: each of them has the same buttons.
const WANTED = "main :is(button, a.button, a.menu-item, summary.button), main a[data-hotkey]";
const LEFT_OUT = "dialog, .rows, .timeline, .pager, .palette, [hidden]";
const opener = document.querySelector("[data-palette-open]");
let palette = null;
let field = null;
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

function made(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function labelOf(element) {
  const copy = element.cloneNode(true);
  for (const each of copy.querySelectorAll("kbd, small, .visually-hidden")) each.remove();
  return (element.getAttribute("aria-label") || copy.textContent).replace(/\s+/g, " ").trim();
}

const reachable = (element) => element.checkVisibility() || element.closest("details[data-menu]")?.checkVisibility();

function fits(label, words) {
  const parts = label.toLowerCase().split(/[\s:]+/);
  return words.every((word) => parts.some((part) => part.startsWith(word)));
}

function pressed(element) {
  if (element.matches("summary")) element.focus();
  element.click();
}

function chosen(select, value) {
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

function commands(words) {
  const found = new Map();
  for (const element of document.querySelectorAll(WANTED)) {
    const label = labelOf(element);
    const key = element.getAttribute("aria-keyshortcuts") ?? "";
    if (!label || found.has(label) || element.disabled || element.closest(LEFT_OUT) || !reachable(element)) continue;
    if (words.length ? fits(label, words) : element.dataset.hotkey) found.set(label, { key, run: () => pressed(element) });
  }
  for (const select of words.length ? document.querySelectorAll("#side select[data-submits]") : []) {
    for (const option of select.options) {
      const label = `${select.labels[0]?.textContent.trim()}: ${option.text.trim()}`;
      if (!option.selected && fits(label, words)) found.set(label, { key: "", run: () => chosen(select, option.value) });
    }
  }
  return [...found].slice(0, 12);
}

function optionFor([label, { key, run }], at) {
  const option = made("button", {
    class: "palette-option", id: `palette_command_${at}`, role: "option", "aria-selected": "false", tabindex: "-1", type: "button",
  }, label);
  if (key) option.append(made("kbd", { "aria-hidden": "true" }, key.toUpperCase()));
  option.addEventListener("click", () => {
    option.closest("dialog").close();
    run();
  });
  return option;
}

function addCommands() {
  const list = palette.querySelector("[role=listbox]");
  const found = commands(list.dataset.words.toLowerCase().split(" ").filter(Boolean));
  if (!found.length) return;
  const title = made("div", { class: "palette-title", id: "palette_here" }, opener.dataset.paletteHere);
  const group = made("div", { role: "group", "aria-labelledby": "palette_here" }, title, ...found.map(optionFor));
  list.insertBefore(group, list.dataset.words ? list.firstChild : null);
}

function build() {
  const url = opener.getAttribute("href");
  const label = opener.title;
  palette = made("dialog", { class: "dialog palette", id: "palette", "aria-label": label, "data-dialog": "" });
  field = made("input", {
    class: "palette-words", type: "text", name: "q", maxlength: 200, autocomplete: "off", spellcheck: "false",
    role: "combobox", "aria-expanded": "true", "aria-autocomplete": "list", "aria-controls": "palette_options",
    "aria-label": label, placeholder: label, autofocus: "", "hx-get": url, "hx-trigger": "focus, input delay:120ms",
    "hx-target": "#palette_found", "hx-sync": "this:replace",
  });
  const leave = made("button", { class: "button button-quiet", type: "button", "aria-label": opener.dataset.paletteClose }, "×");
  leave.addEventListener("click", () => palette.close());
  const list = made("div", { class: "palette-options", id: "palette_options", role: "listbox", "aria-label": label });
  const found = made("div", { id: "palette_found" }, list);
  palette.append(made("form", { class: "palette-form", role: "search", action: url }, field, leave), found);
  field.addEventListener("input", () => (awaited = false));
  palette.addEventListener("mousedown", (event) => {
    if (event.target.closest("[role=option]")) event.preventDefault();
  });
  palette.addEventListener("htmx:afterSwap", () => {
    addCommands();
    mark(options()[0]);
    if (awaited) take();
  });
  document.body.append(palette);
  window.htmx.process(palette);
}

function open() {
  if (document.querySelector("dialog[open]")) return;
  if (!field) build();
  awaited = false;
  palette.showModal();
  field.select();
}

function onKey(event) {
  if (event.isComposing) return;
  const isLetter = event.key.toLowerCase() === "k" || (event.code === "KeyK" && !/^[a-z]$/i.test(event.key));
  if (isLetter && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    event.preventDefault();
    if (palette?.open) palette.close();
    else open();
  } else if (field && event.target === field) {
    const act = { ArrowDown: () => walk(1), ArrowUp: () => walk(-1), Enter: take }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

if (opener) {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-palette-open]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
}
