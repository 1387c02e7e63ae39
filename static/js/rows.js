// form[data-rows] holds the rows of a table: j and k walk them, Enter opens, r answers, x chooses, Shift+click chooses a
// stretch, [data-check-all] all; a, e and s change what is chosen. The walked row is the one with the focus, so nothing else has to be kept.
//
// A row shows its ticket's last message in a card: where the pointer rests, and on p for the row that
// has the focus, then for each row walked to. The pointer may go onto the card; Escape puts it away (WCAG 1.4.13).
const rows = (list) => [...list.querySelectorAll("tbody tr")];
const boxes = (list) => [...list.querySelectorAll("tbody [name=ticket]")];
const link = (row) => row.querySelector("a[href]");
const rowOf = (target) => target.closest?.("[data-rows] tbody tr");
const walked = () => rowOf(document.activeElement);
let last = null;

function walk(step) {
  const list = document.querySelector("[data-rows]");
  if (!list) return false;
  const all = rows(list);
  const at = all.indexOf(walked());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
  if (!next) return false;
  link(next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function choose() {
  const box = walked()?.querySelector("[name=ticket]");
  box?.click();
  return Boolean(box);
}

// a, e and s of the bar ([data-chosen="a"]) mean the chosen, or the walked row when none is
function press(list, key) {
  const found = list.querySelector(`[data-chosen="${key}"]`);
  const menu = found?.querySelector("details");
  if (menu) {
    menu.open = true;
    menu.querySelector("button").focus();
  } else {
    found?.click();
  }
  return Boolean(found);
}

function act(key) {
  const list = document.querySelector("[data-rows]");
  if (!list || !(boxes(list).some((box) => box.checked) || choose())) return false;
  // the first choice brings the bar
  if (!press(list, key)) list.addEventListener("htmx:afterSettle", () => press(list, key), { once: true });
  return true;
}

function answer() {
  const row = walked();
  if (row) location.assign(`${link(row).getAttribute("href")}?compose=reply#composer_text`);
  return Boolean(row);
}

// the focus stays where it was in the list when its rows are other ones
let at = -1;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const list = detail.target.id === "rows" && detail.target.querySelector("[data-rows]");
  const inside = list && (list.contains(document.activeElement) || document.activeElement === document.body);
  const row = inside && (walked() ?? boxes(list).find((box) => box.checked)?.closest("tr"));
  at = row ? rows(list).indexOf(row) : -1;
});

function settle() {
  const list = document.querySelector("[data-rows]");
  if (!list) return;
  count(list);
  const row = at < 0 ? null : (rows(list)[at] ?? rows(list).at(-1));
  at = -1;
  if (row) link(row).focus({ preventScroll: true });
}

// what is said of the chosen stands in the bar once htmx has brought it
function count(list) {
  const all = boxes(list);
  const chosen = all.filter((box) => box.checked).length;
  const shown = list.querySelector("[data-chosen-count]");
  if (shown) shown.textContent = chosen;
  const every = list.querySelector("[data-check-all]");
  if (!every) return;
  every.checked = chosen > 0 && chosen === all.length;
  every.indeterminate = chosen > 0 && chosen < all.length;
}

document.addEventListener("hotkey", (event) => {
  const key = event.detail;
  const keys = { j: () => walk(1), k: () => walk(-1), x: choose, r: answer, p: peek };
  const done = ("aes".includes(key) ? () => act(key) : keys[key])?.();
  if (done) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const list = event.target.closest?.("[data-choose-none]")?.closest("[data-rows]");
  if (!list) return;
  const first = boxes(list).find((box) => box.checked);
  for (const box of boxes(list)) box.checked = false;
  count(list);
  if (first) link(first.closest("tr")).focus({ preventScroll: true });
});

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("[data-rows] tbody [name=ticket]");
  if (!box) return;
  const all = boxes(box.closest("[data-rows]"));
  if (event.shiftKey && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
});

document.addEventListener("change", (event) => {
  const list = event.target.closest?.("[data-rows]");
  if (!list) return;
  if (event.target.matches("[data-check-all]")) for (const box of boxes(list)) box.checked = event.target.checked;
  count(list);
});

document.addEventListener("htmx:afterSettle", settle);

// the card
const REST = 500;
const GRACE = 250;
const canHover = matchMedia("(hover: hover) and (pointer: fine)");
let card = null;
let row = null;
let timer;
let isKept = false; // by the key

function build() {
  card = document.createElement("div");
  card.className = "preview";
  card.popover = "manual";
  card.setAttribute("aria-live", "polite");
  card.setAttribute("hx-sync", "this:replace");
  document.body.append(card);
  card.addEventListener("htmx:afterSwap", () => row && place());
}

function place() {
  card.showPopover();
  const box = row.getBoundingClientRect();
  const left = link(row).getBoundingClientRect().left;
  const below = box.bottom + card.offsetHeight < innerHeight;
  card.style.left = `${Math.max(8, Math.min(left, innerWidth - card.offsetWidth - 8))}px`;
  card.style.top = `${below ? box.bottom : Math.max(8, box.top - card.offsetHeight)}px`;
}

function show(found) {
  if (!card) build();
  row = found;
  htmx.ajax("GET", `${link(found).getAttribute("href")}preview/`, { source: card, target: card });
}

function hide() {
  clearTimeout(timer);
  row = null;
  isKept = false;
  if (card?.matches(":popover-open")) card.hidePopover();
}

function later(what, wait) {
  clearTimeout(timer);
  timer = setTimeout(what, wait);
}

function peek() {
  const found = walked();
  if (!found) return false;
  const wasKept = isKept;
  if (wasKept) hide();
  else show(found);
  isKept = !wasKept;
  return true;
}

document.addEventListener("pointerover", ({ target, buttons }) => {
  if (!canHover.matches || isKept || buttons) return;
  const over = rowOf(target);
  if ((over && over === row) || card?.contains(target)) clearTimeout(timer);
  else if (over && link(over)) later(() => over.isConnected && show(over), REST);
  else if (row) later(hide, GRACE);
  else clearTimeout(timer);
});

document.addEventListener("focusin", ({ target }) => {
  if (!isKept || card.contains(target)) return;
  const to = rowOf(target);
  if (!to) hide();
  else if (to !== row) show(to);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && row) {
    event.preventDefault();
    hide();
  }
});

document.addEventListener("pointerdown", ({ target }) => row && !card.contains(target) && hide());
document.addEventListener("htmx:beforeSwap", ({ detail }) => row && detail.target !== card && detail.target.contains?.(row) && hide());
