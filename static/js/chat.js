// [data-chat], a text: Enter sends it, and it is free for the next line at once; what was not taken comes back. Who has
// scrolled up in [data-pane] is told of new lines by the button [data-latest].
const text = document.querySelector("[data-chat]");
const pane = document.querySelector("[data-pane]");
const AWAY = -80;

if (text) {
  const { form } = text;
  const latest = form.querySelector("[data-latest]");
  const isAway = () => pane.scrollTop < AWAY;
  let sent = "";
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.metaKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    if (text.value.trim() || form.querySelector("[name=file]")) form.requestSubmit(form.querySelector(".button-primary"));
  });
  form.addEventListener("htmx:beforeSend", () => ([sent, text.value] = [text.value, ""]));
  form.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    if (target !== form || detail.xhr.status === 200 || detail.xhr.status === 204) return;
    text.value = [sent, text.value].filter(Boolean).join("\n");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
  new MutationObserver(() => (latest.hidden &&= !isAway())).observe(pane, { childList: true, subtree: true });
  pane.addEventListener("scroll", () => (latest.hidden ||= !isAway()));
  latest.addEventListener("click", () => pane.scrollTo(0, 0));
}
