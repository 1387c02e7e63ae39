// Sets this browser up for notices: asks for leave, subscribes with our key, and tells the desk where to push.
const place = document.querySelector("[data-push]");
const offer = place.querySelector("[data-push-offer]");
const said = place.querySelector("[data-push-said]");
const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
const post = async (url, fields = {}) => {
  const answer = await fetch(url, { method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams(fields) });
  if (!answer.ok) throw new Error(answer.status === 422 ? await answer.text() : "");
  return answer;
};

async function begin() {
  said.textContent = "";
  if ((await Notification.requestPermission()) !== "granted") {
    said.textContent = said.dataset.denied;
    return;
  }
  try {
    const { key } = await (await post(place.dataset.pushKey)).json();
    await navigator.serviceWorker.register(place.dataset.pushWorker);
    const worker = await navigator.serviceWorker.ready;
    const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    const { endpoint, keys } = made.toJSON();
    await post(place.dataset.push, { endpoint, ...keys });
    location.reload();
  } catch (error) {
    said.textContent = (error instanceof DOMException ? "" : error.message) || said.dataset.failed;
  }
}

if ("serviceWorker" in navigator && "PushManager" in window) {
  offer.hidden = false;
  offer.addEventListener("click", begin);
}
