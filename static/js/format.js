// [data-format-bar] before a textarea of Markdown: its buttons, and their keys, wrap or unwrap what is selected; Ctrl+Z
// right afterwards takes that back. [data-preview-toggle] shows the text as it will look.
const WRAPS = { bold: "**", italic: "*", code: "`" };
const LINES = { list: "- ", quote: "> " };
const KEYS = { KeyB: "bold", KeyI: "italic" };
const SHIFTED = { KeyL: "link", Digit8: "list", Digit9: "quote", KeyE: "code", KeyP: "picture" };
const before = new WeakMap();
const areaOf = (bar) => bar.closest("form").querySelector("textarea");

function replace(area, start, end, text, from, to) {
  const was = { value: area.value, start: area.selectionStart, end: area.selectionEnd, then: before.get(area) };
  area.setRangeText(text, start, end, "end");
  area.setSelectionRange(from, to);
  before.set(area, { ...was, after: area.value });
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
}

function wrap(area, mark) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const text = value.slice(start, end);
  const size = mark.length;
  if (value.slice(start - size, start) === mark && value.slice(end, end + size) === mark) {
    replace(area, start - size, end + size, text, start - size, end - size);
  } else replace(area, start, end, mark + text + mark, start + size, end + size);
}

function prefix(area, mark) {
  const { value } = area;
  const start = value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const found = value.indexOf("\n", area.selectionEnd);
  const end = found < 0 ? value.length : found;
  const lines = value.slice(start, end).split("\n");
  const marked = lines.every((line) => line.startsWith(mark));
  const text = lines.map((line) => (marked ? line.slice(mark.length) : mark + line)).join("\n");
  replace(area, start, end, text, marked ? start : start + mark.length * Number(lines.length === 1), start + text.length);
}

function link(area, open) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const text = value.slice(start, end);
  const address = /^https?:\/\/\S+$/.test(text);
  const name = address ? "" : text;
  const url = address ? text : "https://";
  const whole = `${open}[${name}](${url})`;
  const at = address ? start + open.length + 1 : start + whole.length - 1 - url.length;
  replace(area, start, end, whole, at, address ? at : at + url.length);
}

function format(area, name) {
  if (WRAPS[name]) wrap(area, area.value.slice(area.selectionStart, area.selectionEnd).includes("\n") && name === "code" ? "\n```\n" : WRAPS[name]);
  else if (LINES[name]) prefix(area, LINES[name]);
  else if (name === "link") link(area, "");
  else {
    const input = area.closest("form").querySelector("input[type=file]");
    input.dataset.inline = "";
    input.addEventListener("cancel", () => delete input.dataset.inline, { once: true });
    input.click();
  }
}

async function preview(button) {
  const form = button.closest("form");
  const area = areaOf(button);
  const place = form.querySelector("[data-preview]");
  const shows = place.hidden;
  button.ariaPressed = String(shows);
  if (shows) await window.htmx.ajax("POST", button.dataset.previewToggle, { target: place, values: { body: area.value, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value } });
  place.hidden = !shows;
  area.hidden = shows;
  if (!shows) area.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-format-bar] button");
  if (button?.dataset.format) format(areaOf(button), button.dataset.format);
  else if (button?.dataset.previewToggle) preview(button);
});
document.addEventListener("keydown", (event) => {
  const area = event.target;
  if (!(event.ctrlKey || event.metaKey) || event.altKey || !area.matches?.("textarea") || !area.form?.querySelector("[data-format-bar]")) return;
  const name = (event.shiftKey ? SHIFTED : KEYS)[event.code];
  const last = before.get(area);
  if (name) format(area, name);
  else if (event.code === "KeyZ" && !event.shiftKey && last?.after === area.value) {
    before.set(area, last.then);
    area.value = last.value;
    area.setSelectionRange(last.start, last.end);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  } else return;
  event.preventDefault();
});

// what another module puts into the text
document.addEventListener("format:put", ({ target, detail: { start, end, words } }) => {
  replace(target, start, end, words, start + words.length, start + words.length);
});

// [data-vanishes="seconds"]: a thing that can be done for so long, and then stands there no more.
function watch(within) {
  for (const each of within.querySelectorAll?.("[data-vanishes]") ?? []) {
    setTimeout(() => each.remove(), Number(each.dataset.vanishes) * 1000);
    delete each.dataset.vanishes;
  }
}
document.addEventListener("htmx:load", (event) => watch(event.target.parentNode ?? event.target));
watch(document);
