// A link with data-reads tells its address that the notice was read, and the page is left meanwhile.
document.addEventListener("click", ({ target }) => {
  const link = target.closest?.("[data-reads]");
  if (!link) return;
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  navigator.sendBeacon(link.dataset.reads, new URLSearchParams({ csrfmiddlewaretoken: token.value }));
});
