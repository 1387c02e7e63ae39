// A row of form[data-rows] shows its ticket's last message in a card: where the pointer rests, and on p for the row that
// has the focus, then for each row walked to. The pointer may go onto the card; Escape puts it away (WCAG 1.4.13).
const REST = 500;
const GRACE = 250;
const canHover = matchMedia("(hover: hover) and (pointer: fine)");
let card = null;
let row = null;
let timer;
let isKept = false; // by the key

const rowOf = (target) => target.closest?.("[data-rows] tbody tr");
const linkOf = (found) => found.querySelector("a[href]");

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
  const left = linkOf(row).getBoundingClientRect().left;
  const below = box.bottom + card.offsetHeight < innerHeight;
  card.style.left = `${Math.max(8, Math.min(left, innerWidth - card.offsetWidth - 8))}px`;
  card.style.top = `${below ? box.bottom : Math.max(8, box.top - card.offsetHeight)}px`;
}

function show(found) {
  if (!card) build();
  row = found;
  htmx.ajax("GET", `${linkOf(found).getAttribute("href")}preview/`, { source: card, target: card });
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

document.addEventListener("pointerover", ({ target, buttons }) => {
  if (!canHover.matches || isKept || buttons) return;
  const over = rowOf(target);
  if ((over && over === row) || card?.contains(target)) clearTimeout(timer);
  else if (over && linkOf(over)) later(() => over.isConnected && show(over), REST);
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

document.addEventListener("hotkey", (event) => {
  const found = rowOf(event.target);
  if (event.detail !== "p" || !found) return;
  event.preventDefault();
  if (isKept) return hide();
  isKept = true;
  show(found);
});

document.addEventListener("pointerdown", ({ target }) => row && !card.contains(target) && hide());
document.addEventListener("htmx:beforeSwap", ({ detail }) => row && detail.target !== card && detail.target.contains?.(row) && hide());
