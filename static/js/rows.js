// [data-rows] holds [data-row]s: j and k walk them, Enter opens, x ticks, Shift+click ticks a stretch;
// [data-check-all] ticks all. The walked row is the one with the focus, so nothing else has to be kept.
const rows = (list) => [...list.querySelectorAll("[data-row]")];
const link = (row) => row.querySelector("a[href]");
let last = null;

function walk(step) {
  const list = document.querySelector("[data-rows]");
  if (!list) return false;
  const all = rows(list);
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
  if (!next) return false;
  link(next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function tick() {
  const box = document.activeElement.closest("[data-row]")?.querySelector(".row-check");
  box?.click();
  return Boolean(box);
}

const busy = (target) => target.matches("textarea, select, input:not([type=checkbox])") || target.isContentEditable;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || busy(event.target) || document.querySelector("dialog[open]")) return;
  const done = { j: () => walk(1), k: () => walk(-1), x: tick }[event.key]?.();
  if (done) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const box = event.target.closest?.(".row-check");
  if (!box) return;
  const boxes = [...box.closest("[data-rows]").querySelectorAll("[data-row] .row-check")];
  if (event.shiftKey && boxes.includes(last)) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const between of boxes.slice(from, to)) between.checked = box.checked;
  }
  last = box;
});

document.addEventListener("change", (event) => {
  const all = event.target.closest?.("[data-check-all]");
  if (!all) return;
  for (const box of all.closest("[data-rows]").querySelectorAll("[data-row] .row-check")) box.checked = all.checked;
});
