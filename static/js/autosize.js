// textarea[data-autosize] grows with its text where CSS field-sizing is not known.
if (!CSS.supports("field-sizing", "content")) {
  const fit = (area) => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  };
  const fitAll = (event) => {
    const within = event?.target?.querySelectorAll ? event.target : document;
    within.querySelectorAll("textarea[data-autosize]").forEach(fit);
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-autosize]")) fit(event.target);
  });
  document.addEventListener("htmx:load", fitAll);
  fitAll();
}
