// dialog[data-dialog]: a click on the backdrop closes it; buttons with command/commandfor work in browsers
// that don't know these attributes yet. One that htmx brought ([data-dialog-fetched]) opens at once and is gone when closed.
const native = "commandForElement" in HTMLButtonElement.prototype;

document.addEventListener("click", (event) => {
  if (event.target.matches?.("dialog[data-dialog]")) {
    const box = event.target.getBoundingClientRect();
    const inside =
      event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
    return;
  }
  const button = native ? null : event.target.closest?.("button[commandfor]");
  const dialog = button && document.getElementById(button.getAttribute("commandfor"));
  if (!dialog) return;
  if (button.getAttribute("command") === "show-modal") dialog.showModal();
  else dialog.close();
});

document.addEventListener("htmx:load", ({ detail }) => {
  if (!detail.elt.matches?.("dialog[data-dialog-fetched]")) return;
  detail.elt.addEventListener("close", () => detail.elt.remove());
  detail.elt.showModal();
  detail.elt.querySelector(".dialog-body :is(select, input:not([type=hidden]))")?.focus();
});

// What a form in it asked for stands elsewhere on the page: the dialog has done its part.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const dialog = detail.requestConfig?.elt.closest("dialog[data-dialog-fetched]");
  if (dialog && !dialog.contains(detail.target)) dialog.close();
});
