// Loaded before the first paint, not as a module. Who is signed in gets their colours with the page; for strangers it
// is what was chosen in this browser the last time.
(() => {
  if (document.documentElement.dataset.theme) return;
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // storage is forbidden here: the system's theme it is
  }
})();
