// [data-hotkey="r"]: the key presses the button, follows the link or focuses the field; a key that stands in no page is
// told to whoever listens for “hotkey”. Keys without Ctrl, Alt or Meta rest while somebody types; Ctrl+Enter in
// [data-send] sends its form. A command that carries Ctrl is written data-hotkey="ctrl+k". <html data-keys> holds what a
// person changed: their keys by the usual ones, or “off”.
const typing = (element) => element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
const { keys } = document.documentElement.dataset;
const isOff = keys === "off";
const own = keys && !isOff ? JSON.parse(keys) : {};
const usual = Object.fromEntries(Object.entries(own).map(([key, mine]) => [mine, key]));

// where the layout is not Latin, the letter that stands in the key’s place
const typed = (event) => (/^[^\x00-\x7f]$/u.test(event.key) && /^Key[A-Z]$/.test(event.code) ? event.code[3] : event.key).toLowerCase();

// the usual name of what was pressed, "" where it means nothing to this person
function name(event) {
  const key = typed(event);
  const held = [event.ctrlKey || event.metaKey ? "ctrl" : "", event.altKey ? "alt" : ""].filter(Boolean);
  if (held.length || key.length > 1) return [...held, key].join("+");
  return isOff ? "" : (usual[key] ?? (key in own ? "" : key));
}

// what stands in a closed menu counts as reachable, what the page hides does not
const reachable = (element) => element.checkVisibility() || element.closest("details[data-menu]")?.checkVisibility();

function press(element) {
  if (element.matches("input, textarea, select")) {
    element.focus();
    element.select?.();
  } else {
    if (element.matches("summary")) element.focus(); // arrows and Escape go on from there
    element.click();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const pressed = name(event);
  const target = event.target;
  if (pressed === "ctrl+enter" && target.matches("[data-send]") && !event.repeat) {
    event.preventDefault();
    const form = target.form;
    form.requestSubmit(form.querySelector("[data-send-default], .button-primary[type=submit]"));
    return;
  }
  if (pressed === "escape" && typing(target)) target.blur();
  if (!pressed || (typing(target) && !event.ctrlKey && !event.metaKey) || document.querySelector("dialog[open]")) return;
  const heard = new CustomEvent("hotkey", { bubbles: true, cancelable: true, detail: pressed });
  if (!target.dispatchEvent(heard)) return event.preventDefault();
  const wanted = event.repeat ? [] : [...document.querySelectorAll(`[data-hotkey="${CSS.escape(pressed)}"]`)];
  const element = wanted.find((candidate) => !candidate.disabled && reachable(candidate));
  if (!element) return;
  event.preventDefault();
  press(element);
});

// the hints follow
function hint(element) {
  const mine = isOff ? "" : own[element.dataset.hotkey];
  if (mine === undefined) return;
  const shown = element.querySelector("kbd") ?? (element.matches("input") ? element.parentNode.querySelector("kbd") : null);
  if (shown) [shown.textContent, shown.hidden] = [mine.toUpperCase(), !mine];
  if (mine) element.setAttribute("aria-keyshortcuts", mine);
  else element.removeAttribute("aria-keyshortcuts");
}

function hints(root) {
  for (const element of [root, ...root.querySelectorAll("[data-hotkey]")]) if (element.matches("[data-hotkey]")) hint(element);
}

if (keys) {
  hints(document.body);
  document.addEventListener("htmx:load", ({ detail }) => hints(detail.elt));
}
