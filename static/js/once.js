// form[data-once] is sent once: its buttons rest until the answer is here, and wake on an error or on going back.
const buttons = (form) => [...form.elements].filter((element) => element.type === "submit");

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
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
  if ("sending" in form.dataset) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  rest(form, event.submitter);
}, true);

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-once]") ?? event.detail.elt.closest?.("form[data-once]");
  if (form) wake(form);
});
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-once][data-sending]").forEach(wake);
});
