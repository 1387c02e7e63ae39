// What can be done on this page stands in the palette as well: buttons, links of menus and the choices of the side, by
// their labels: first what was typed for, and with nothing typed, after the places, what has a key. Rows and messages are left
// out: each of them has the same buttons.
const WANTED = "main :is(button, a.button, a.menu-item, summary.button), main a[data-hotkey]";
const LEFT_OUT = "dialog, .rows, .timeline, .pager, .palette, [hidden]";
const opener = document.querySelector("[data-palette-open]");

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
    const key = element.dataset.hotkey || "";
    if (!label || found.has(label) || element.disabled || element.closest(LEFT_OUT) || !reachable(element)) continue;
    if (words.length ? fits(label, words) : key) found.set(label, { key, run: () => pressed(element) });
  }
  for (const select of words.length ? document.querySelectorAll("#side select[data-submits]") : []) {
    for (const option of select.options) {
      const label = `${select.labels[0]?.textContent.trim()}: ${option.text.trim()}`;
      if (!option.selected && fits(label, words)) found.set(label, { key: "", run: () => chosen(select, option.value) });
    }
  }
  return [...found].slice(0, 12);
}

function made(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
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

// Before the palette marks the first option, hence while the event goes down.
document.addEventListener("htmx:afterSwap", (event) => {
  const list = event.target.id === "palette_found" && event.target.querySelector("[role=listbox]");
  if (!list) return;
  const found = commands(list.dataset.words.toLowerCase().split(" ").filter(Boolean));
  if (!found.length) return;
  const title = made("div", { class: "palette-title", id: "palette_here" }, opener.dataset.paletteHere);
  const group = made("div", { role: "group", "aria-labelledby": "palette_here" }, title, ...found.map(optionFor));
  list.insertBefore(group, list.dataset.words ? list.firstChild : null);
}, true);
