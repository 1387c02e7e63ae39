// Loaded before the first paint, not as a module: the theme the person chose last time.
(() => {
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // storage is forbidden here: the system's theme it is
  }
})();
