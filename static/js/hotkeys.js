// [data-hotkey="r"]: the key presses the button, follows the link or focuses the field. Keys without Ctrl, Alt or
// Meta rest while somebody types; Ctrl+Enter in [data-send] sends its form. A command that carries Ctrl is written
// data-hotkey="ctrl+k".
const typing = (element) => element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");

function name(event) {
  const parts = [event.ctrlKey || event.metaKey ? "ctrl" : "", event.altKey ? "alt" : "", event.key.toLowerCase()];
  return parts.filter(Boolean).join("+");
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
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  const pressed = name(event);
  const target = event.target;
  if (pressed === "ctrl+enter" && target.matches("[data-send]")) {
    event.preventDefault();
    const form = target.form;
    form.requestSubmit(form.querySelector("[data-send-default], .button-primary[type=submit]"));
    return;
  }
  if (pressed === "escape" && typing(target)) target.blur();
  if ((typing(target) && !event.ctrlKey && !event.metaKey) || document.querySelector("dialog[open]")) return;
  const wanted = [...document.querySelectorAll(`[data-hotkey="${CSS.escape(pressed)}"]`)];
  const element = wanted.find((candidate) => !candidate.disabled && reachable(candidate));
  if (!element) return;
  event.preventDefault();
  press(element);
});
