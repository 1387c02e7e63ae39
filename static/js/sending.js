// How forms are sent. select[data-submits] sends its form as soon as another choice is made. A button with
// data-confirm="question" asks in dialog[data-confirm-dialog] before. form[data-once] is sent once: its buttons rest until
// the answer is here, and wake on an error or on going back.
const dialog = document.querySelector("dialog[data-confirm-dialog]");
const buttons = (form) => [...form.elements].filter((element) => element.type === "submit");
let agreed = null;

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

function rest(form, submitter) {
  form.dataset.sending = "";
  submitter?.setAttribute("aria-busy", "true");
  // after this turn, so that the button's own name and value still go along
  setTimeout(() => {
    if ("sending" in form.dataset) for (const button of buttons(form)) button.disabled = true;
  });
}

function wake(form) {
  delete form.dataset.sending;
  for (const button of buttons(form)) {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter: button } = event;
  const asks = dialog && button?.dataset.confirm && agreed !== button;
  agreed = null;
  if (asks || (form.matches("form[data-once]") && "sending" in form.dataset)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (asks) ask(form, button);
  } else if (form.matches("form[data-once]")) rest(form, button);
}, true);
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-once]") ?? event.detail.elt.closest?.("form[data-once]");
  if (form) wake(form);
});
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-once][data-sending]").forEach(wake);
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form?.requestSubmit();
});
