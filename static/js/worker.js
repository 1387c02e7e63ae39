// Keeps style sheets, pictures and the page that is shown offline; never a page of a person. The server puts SHELL,
// OFFLINE and KEPT before it (tickets/views/cabinet/installing.py): other files are another version.
addEventListener("install", (event) => {
  const page = new Request(OFFLINE, { credentials: "omit" });
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll([page, ...KEPT])).then(() => skipWaiting()));
});
addEventListener("activate", (event) => {
  const others = (names) => names.filter((name) => name !== SHELL);
  event.waitUntil(caches.keys().then((names) => Promise.all(others(names).map((name) => caches.delete(name)))));
});
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  else if (KEPT.includes(new URL(request.url).pathname)) event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
});
