// A stream rests while nobody sees its page: a browser opens only six connections to one host by HTTP/1.1, and who has
// the page in a hidden tab is not here.
let source = null;
let place = null;
document.addEventListener("htmx:sseOpen", ({ target, detail }) => {
  [source, place] = [detail.source, target];
  if (document.hidden) source.close();
});
document.addEventListener("visibilitychange", () => {
  if (!source) return;
  if (document.hidden) source.close();
  else if (source.readyState === EventSource.CLOSED && place.isConnected) {
    const fresh = place.cloneNode(true);
    place.replaceWith(fresh);
    window.htmx.process(fresh);
  }
});
