// [data-chat]: Enter sends, and the text is free for the next line at once; what was not taken comes back. Who has scrolled
// up in [data-pane] is told of new lines by [data-latest].
const find = (name) => document.querySelector(name);
const [text, pane, latest] = ["[data-chat]", "[data-pane]", "[data-latest]"].map(find);

if (text) {
  const { form } = text;
  const isAway = () => pane.scrollTop < -80;
  let sent;
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    if (text.value.trim() || find("[name=file]")) form.requestSubmit(form.querySelector(".button-primary"));
  });
  form.addEventListener("htmx:beforeSend", () => ([sent, text.value] = [text.value, ""]));
  form.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    if (target !== form || [200, 204].includes(detail.xhr.status)) return;
    text.value = [sent, text.value].filter(Boolean).join("\n");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
  new MutationObserver(() => (latest.hidden &&= !isAway())).observe(pane, { childList: true, subtree: true });
  pane.addEventListener("scroll", () => (latest.hidden ||= !isAway()));
  latest.addEventListener("click", () => pane.scrollTo(0, 0));
}
