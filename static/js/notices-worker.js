// Shows what is pushed, and opens what it is about.
addEventListener("push", (event) => {
  const { title, text, url, tag } = event.data.json();
  event.waitUntil(registration.showNotification(title, { body: text, tag, data: url }));
});
addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = event.notification.data;
  const show = async () => {
    const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
    const same = open.find((each) => each.url === url);
    await (same ? same.focus() : clients.openWindow(url));
  };
  event.waitUntil(show());
});
