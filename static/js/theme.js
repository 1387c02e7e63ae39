// [data-theme-switch] holds buttons with data-theme-choice="light|dark|system": chooses and remembers the theme.
const root = document.documentElement;

function choose(choice) {
  if (choice === "system") delete root.dataset.theme;
  else root.dataset.theme = choice;
  try {
    if (choice === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", choice);
  } catch {
    // storage is forbidden here: the choice lasts as long as the page
  }
  show();
}

function show() {
  const current = root.dataset.theme ?? "system";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === current));
  }
  for (const element of document.querySelectorAll("[data-theme-switch]")) element.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-theme-choice]");
  if (button) choose(button.dataset.themeChoice);
});
document.addEventListener("htmx:load", show);
addEventListener("storage", (event) => {
  if (event.key === "theme") choose(event.newValue ?? "system");
});
show();
