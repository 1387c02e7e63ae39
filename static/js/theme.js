// [data-theme-switch] holds buttons with data-theme-choice="light|dark|system": the page takes the colours at once. A
// form of buttons is sent by htmx and the server remembers; without a form this browser does.
// select[data-theme-field] shows the same choice.
const root = document.documentElement;
const isKept = Boolean(document.querySelector("form[data-theme-switch]"));

function apply(choice) {
  root.dataset.theme = choice;
  for (const field of document.querySelectorAll("[data-theme-field]")) field.value = choice;
  show();
}

function remember(choice) {
  try {
    if (choice === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", choice);
  } catch {
    // storage is forbidden here: the choice lasts as long as the page
  }
}

function show() {
  const current = root.dataset.theme || "system";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === current));
  }
  for (const element of document.querySelectorAll("[data-theme-switch]")) element.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-theme-choice]");
  if (!button) return;
  apply(button.dataset.themeChoice);
  if (!button.form) remember(button.dataset.themeChoice);
});
document.addEventListener("htmx:load", show);
addEventListener("storage", (event) => {
  if (event.key === "theme" && !isKept) apply(event.newValue ?? "system");
});
show();
