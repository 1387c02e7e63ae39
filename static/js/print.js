// Opens every fold while the page is printed: what is folded on the screen is whole on paper. [data-print] prints.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details.fold:not([open])")];
  for (const fold of opened) fold.open = true;
});
addEventListener("afterprint", () => {
  for (const fold of opened) fold.open = false;
});
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-print]")) return;
  event.target.closest("details").open = false;
  print();
});
