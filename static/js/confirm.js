// A button with data-confirm="question" asks in dialog[data-confirm-dialog] before its form is sent.
const dialog = document.querySelector("dialog[data-confirm-dialog]");
let agreed = null;

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!dialog || !button?.dataset.confirm || agreed === button) {
    agreed = null;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(event.target, button);
}, true);

function ask(form, button) {
  dialog.querySelector("[data-confirm-text]").textContent = button.dataset.confirm;
  dialog.querySelector("[data-confirm-yes]").textContent = button.textContent.trim() || button.ariaLabel;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => {
    button.focus();
    if (dialog.returnValue !== "yes") return;
    agreed = button;
    form.requestSubmit(button);
  }, { once: true });
  dialog.showModal();
}
