// details[data-menu]: closes on a click elsewhere, on Escape and when the focus leaves; arrows walk its items.
const opened = () => document.querySelectorAll("details[data-menu][open]");
const items = (menu) => [...menu.querySelectorAll(".menu-list :is(a[href], button)")];

document.addEventListener("click", (event) => {
  for (const menu of opened()) {
    const inside = menu.contains(event.target);
    const acted = inside && event.target.closest(".menu-item");
    if (!inside || acted) menu.open = false;
  }
});

document.addEventListener("focusin", (event) => {
  for (const menu of opened()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu]");
  if (!menu) return;
  if (event.key === "Escape" && menu.open) {
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  menu.open = true;
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  all.at((at + step + (at < 0 && step < 0 ? 1 : 0)) % all.length)?.focus();
});
