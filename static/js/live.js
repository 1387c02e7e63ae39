// [data-live]: a stream tells what happened; the page asks for itself again and takes over what is another by now. Nothing
// that is written, open, chosen or has the focus is touched. Who does not see the page has no stream (a browser has six
// to a host), and is told later (`after`).
const place = document.querySelector("[data-live]");
const PARTS = ["#head", "#standing", "#timeline", "#planned", "#side", "#rows", "#rail-menu", "#bell"];
const LEFT = ["open", "aria-current", "aria-expanded", "aria-busy"]; // of whoever looks, or of scripts
const [SHORTEST_REST, LONGEST_REST, UNREAD] = [2000, 30000, 2000];
const find = (name) => document.querySelector(name);
let source, timer, again, heard;
let rest = SHORTEST_REST;
let due = Infinity;
let isWhole = false; // ask for the page, not its rail alone
let isAsking = false;

const isMarked = ({ options, selectedIndex }) => selectedIndex > 0 && !options[selectedIndex].defaultSelected;
const isTouched = (box) =>
  box.matches("input:not([type=hidden]), textarea, select") &&
  (box === document.activeElement || (box.options ? isMarked(box) : box.value !== box.defaultValue || box.checked !== box.defaultChecked));
const isKept = (node) => node.matches?.("[hx-preserve], [data-live-kept], [data-sending], .picker");
// no button becomes another line's
function keyOf(node) {
  const named = node.matches?.("form") ? node : node.matches?.("tr, li, .planned-one") && node.querySelector("form, a[href]");
  return node.id || (named && (named.getAttribute("action") ?? named.getAttribute("href"))) || "";
}

function take(old, fresh) {
  if (old.isEqualNode(fresh) || isKept(old)) return;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.nodeValue = fresh.nodeValue;
  } else if (!isTouched(old) && (old.matches("[hx-trigger]") || !fresh.matches("[hx-trigger^=load]"))) {
    const names = new Set([...old.getAttributeNames(), ...fresh.getAttributeNames()]);
    for (const name of names) {
      const value = fresh.getAttribute(name);
      if (LEFT.includes(name) || old.getAttribute(name) === value) continue;
      if (value === null) old.removeAttribute(name);
      else old.setAttribute(name, value);
    }
    if (!fresh.matches(".count:empty")) children(old, fresh);
  }
}

function partner(among, node) {
  const key = keyOf(node);
  const alike = among.filter((one) => one.nodeName === node.nodeName && keyOf(one) === key);
  return alike.find((one) => key || one.isEqualNode(node)) ?? alike.find((one) => one.className === node.className);
}

function children(old, fresh) {
  let free = [...old.childNodes];
  const pairs = [...fresh.childNodes].map((node) => {
    const found = partner(free, node);
    free = free.filter((one) => one !== found);
    return [found, node];
  });
  for (const gone of free) if (!isKept(gone)) gone.remove();
  const move = old.moveBefore ?? old.insertBefore; // keeps focus and selection
  let at = old.firstChild;
  for (const [found, node] of pairs) {
    while (at && isKept(at) && free.includes(at)) at = at.nextSibling;
    if (found && found === at) at = at.nextSibling;
    else if (found) move.call(old, found, at);
    if (found) take(found, node);
    else old.insertBefore(document.importNode(node, true), at);
  }
}

function ask(url) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.responseType = "document";
    request.onloadend = () => resolve(request.status === 200 && request.responseURL === new URL(url, location).href ? request.response : null);
    request.send();
  });
}

// what others said is said beside what is being written
function warn(fresh) {
  const words = find("[data-meanwhile]");
  const last = Number(find("#seen")?.value.split(".")[0]);
  if (!words?.closest("form").elements.body.value.trim()) return false;
  const others = [...fresh.querySelectorAll("#timeline > article")].filter((one) => Number(one.id.slice(1)) > last);
  if (!others.length) return false;
  const newest = others.sort((one, other) => one.id.slice(1) - other.id.slice(1)).at(-1);
  const link = words.querySelector("a");
  words.hidden = false;
  [link.href, link.textContent] = [`#${newest.id}`, newest.querySelector(".message-who b").textContent];
  return true;
}

function put(fresh) {
  const focused = document.activeElement;
  const row = focused.closest("tr, li");
  const next = row && (row.nextElementSibling ?? row.previousElementSibling);
  const isWarned = warn(fresh);
  for (const one of fresh.querySelectorAll("noscript")) one.replaceChildren();
  for (const name of PARTS) {
    const [old, part] = [find(name), fresh.querySelector(name)];
    if (!old || !part) continue;
    take(old, part);
    window.htmx.process(old);
    window.htmx.trigger(old, "htmx:load", { elt: old });
    window.htmx.trigger(old, "htmx:afterSettle");
  }
  const seen = fresh.querySelector("#seen")?.value;
  // who presses Send in this moment has not read it
  if (seen) setTimeout(() => (find("#seen").value = seen), isWarned ? UNREAD : 0);
  if (!focused.isConnected) next?.querySelector("a[href], button")?.focus({ preventScroll: true });
  else if (focused !== document.activeElement) focused.focus({ preventScroll: true });
}

// an older answer never lies on a newer one, and what is not seen is left for later
const isBusy = () => isAsking || document.hidden || find(".htmx-request, [data-sending]");

async function look() {
  due = Infinity;
  if (isBusy()) return soon(500);
  const address = location.href.split("#")[0];
  const whole = isWhole || find("#rows");
  isWhole = false;
  isAsking = true;
  const fresh = await ask(whole ? address : place.dataset.rail);
  isAsking = false;
  if (!fresh) return;
  if (isBusy() || address !== location.href.split("#")[0]) return soon(500, whole);
  put(fresh);
  const counters = find("#rail-menu [hx-get]");
  if (counters) window.htmx.ajax("GET", counters.getAttribute("hx-get"), { source: counters, swap: "none" });
}

function soon(wait, whole = false) {
  isWhole ||= Boolean(whole);
  const at = Date.now() + wait;
  if (at >= due) return;
  due = at;
  clearTimeout(timer);
  timer = setTimeout(look, wait);
}

const isShown = (number) => find(`#rows a[href$="/${CSS.escape(number)}/"]`);
const swap = (target, html) => target && window.htmx.swap(target, html, { swapStyle: window.htmx.config.defaultSwapStyle });
const events = {
  presence: ({ data }) => swap(find("#here"), data),
  here({ data }) {
    for (const line of data.split("\n")) {
      const end = line.indexOf(" ");
      swap(isShown(line.slice(0, end))?.nextElementSibling, line.slice(end + 1));
    }
  },
  page: () => soon(100 * Math.random(), true),
  rows({ data }) {
    const [pace, ...numbers] = data.split(" ");
    soon(numbers.some(isShown) ? 200 : 1000 * pace * Math.random());
  },
  reload: ({ data }) => soon(1000 * data * Math.random(), true),
  out({ data }) {
    source.close();
    swap(find("#toasts"), data);
  },
  mark() {},
};

function open() {
  clearTimeout(again);
  if (document.hidden || (source && source.readyState !== EventSource.CLOSED)) return;
  source = new EventSource(`${place.dataset.live}&${heard ? `after=${heard}` : `since=${place.dataset.since}`}`);
  for (const [name, act] of Object.entries(events)) {
    source.addEventListener(name, (event) => {
      find("#parting")?.remove();
      [heard, rest] = [event.lastEventId || heard, SHORTEST_REST];
      act(event);
    });
  }
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED) return;
    again = setTimeout(open, rest);
    rest = Math.min(2 * rest, LONGEST_REST);
  });
}

// the answer to a form brings nothing twice
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  if (detail.target.id !== "timeline") return;
  for (const one of detail.fragment.querySelectorAll("[id]")) if (document.getElementById(one.id)) one.remove();
});

if (place) {
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return source?.close();
    open();
    if (find("#rows")) soon(300); // who is where is not told again
  });
  addEventListener("focus", open); // signed in elsewhere meanwhile
  open();
}
