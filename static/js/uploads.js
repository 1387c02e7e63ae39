// Files on their way to the server. [data-upload="address"] of a file picker: each file is sent there as soon as it is
// picked, with its progress, and the form carries its key. What is too large or refused is said in one sentence each, the
// others stay. What a lost connection cut off is sent again when it is back. A form that is sent meanwhile waits, and goes
// when all have arrived. A picture that belongs into the text is put there when it has arrived, and goes from there.
//
// [data-upload-form] in a form: the form itself is sent in the background, how far it is shows there and can be stopped.
// What goes wrong is said in the words of its template; the form stays as it is, files included, to be sent once more: its
// key tells the server that it is the same one. A refusal (422) brings the form with its sentences, and keeps the files.
function post(url, body, { progress, answered, lost, type = "", token = "" }) {
  const request = new XMLHttpRequest();
  request.responseType = type;
  request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
  request.addEventListener("load", () => answered(request));
  for (const name of ["error", "timeout", "abort"]) request.addEventListener(name, () => lost(name));
  request.open("POST", url);
  if (token) request.setRequestHeader("X-CSRFToken", token);
  request.send(body);
  return request;
}

// each file by itself
const tokenOf = (holder) => holder.closest("form").elements.csrfmiddlewaretoken.value;
const lost = new Set();
const waiting = new Map();

const tell = (holder, words) => {
  const line = document.createElement("li");
  line.textContent = words;
  holder.querySelector("[data-file-errors]").append(line);
  return line;
};
const kept = (holder) => holder.dispatchEvent(new Event("files:kept", { bubbles: true }));

function under(holder) {
  const busy = holder.querySelector("progress");
  holder.querySelector("input[type=file]").setCustomValidity(busy ? holder.dataset.wordsWaiting : "");
  if (busy || !waiting.has(holder)) return;
  const button = waiting.get(holder);
  waiting.delete(holder);
  holder.closest("form").requestSubmit(button);
}

function send(holder, file, chip) {
  const bar = chip.querySelector("progress");
  const fields = new FormData();
  fields.append("file", file, file.name);
  bar.value = 0;
  chip.querySelector("[data-retry]").hidden = true;
  chip.request = post(holder.dataset.upload, fields, {
    token: tokenOf(holder),
    progress: (part) => (bar.value = part),
    lost: (name) => name !== "abort" && cut(holder, file, chip),
    answered: (request) => {
      const answer = request.status < 500 && request.getResponseHeader("Content-Type")?.includes("json") ? JSON.parse(request.response) : null;
      if (answer?.id) arrived(holder, chip, answer);
      else if (answer?.sentence) {
        chip.remove();
        tell(holder, answer.sentence);
      } else cut(holder, file, chip);
      under(holder);
    },
  });
}

// where the cursor stands, which stays there
function write(area, start, end, words) {
  const writer = document.activeElement;
  area.dispatchEvent(new CustomEvent("format:put", { bubbles: true, detail: { start, end, words } }));
  if (writer !== area) writer.focus();
}

function show(holder, chip, answer) {
  const area = holder.closest("form").querySelector("textarea");
  chip.dataset.shown = `![${answer.name.replace(/[[\]\\]/g, " ")}](cid:${answer.cid})`;
  write(area, area.selectionEnd, area.selectionEnd, chip.dataset.shown);
}

function hide(holder, words) {
  const area = holder.closest("form").querySelector("textarea");
  const at = words ? area.value.indexOf(words) : -1;
  if (at >= 0) write(area, at, at + words.length, "");
}

function arrived(holder, chip, answer) {
  const key = document.createElement("input");
  key.type = "hidden";
  key.name = "file";
  key.value = chip.dataset.uploadId = answer.id;
  chip.querySelector(".file-size").textContent = answer.size;
  chip.querySelector(".file-name").textContent = answer.name;
  chip.querySelector("progress").remove();
  chip.querySelector("[data-retry]").remove();
  chip.append(key);
  if (answer.cid && chip.isInline) show(holder, chip, answer);
  kept(holder);
}

function cut(holder, file, chip) {
  chip.classList.add("file-refused");
  const words = tell(holder, holder.dataset.wordsLost.replace("{name}", file.name));
  const again = () => {
    lost.delete(again);
    words.remove();
    chip.classList.remove("file-refused");
    if (chip.isConnected) send(holder, file, chip);
  };
  lost.add(again);
  const button = chip.querySelector("[data-retry]");
  button.hidden = false;
  button.onclick = again;
}

function take(holder, files, isInline) {
  holder.querySelector("[data-file-errors]").replaceChildren();
  for (const file of files) {
    if (file.size > Number(holder.dataset.uploadBytes)) {
      tell(holder, holder.dataset.wordsLarge.replace("{name}", file.name));
      continue;
    }
    const chip = holder.querySelector("template[data-file-shape]").content.firstElementChild.cloneNode(true);
    chip.isInline = isInline;
    chip.querySelector(".file-name").textContent = file.name;
    chip.querySelector(".chip-remove").ariaLabel += ` ${file.name}`;
    holder.querySelector("[data-file-list]").append(chip);
    send(holder, file, chip);
  }
  under(holder);
}

document.addEventListener("files:added", (event) => take(event.target, event.detail.files, event.detail.isInline));
document.addEventListener("click", (event) => {
  const chip = event.target.closest?.("[data-upload] .chip-remove")?.closest(".file");
  if (!chip) return;
  const holder = chip.closest("[data-upload]");
  chip.request?.abort();
  chip.remove();
  waiting.delete(holder);
  if (chip.dataset.uploadId) {
    fetch(`${holder.dataset.upload}${chip.dataset.uploadId}/removal/`, { method: "POST", headers: { "X-CSRFToken": tokenOf(holder) } });
    hide(holder, chip.dataset.shown);
    kept(holder);
  }
  under(holder);
});
document.addEventListener("invalid", (event) => {
  const holder = event.target.closest("[data-upload]");
  if (!holder?.querySelector("progress")) return;
  const form = holder.closest("form");
  const pressed = document.activeElement?.form === form && document.activeElement.type === "submit";
  waiting.set(holder, pressed ? document.activeElement : form.querySelector("[data-send-default], .button-primary[type=submit]"));
}, true);
addEventListener("online", () => [...lost].forEach((again) => again()));

// the whole form
const holderOf = (form) => form.querySelector("[data-upload-form]");
const running = new WeakMap();

function say(holder, word) {
  const said = holder.querySelector("[data-upload-said]");
  const words = holder.querySelector(`template[data-upload-word="${word}"]`);
  said.replaceChildren(...(words ? [words.content.cloneNode(true)] : []));
}

// sending.js wakes the buttons and draft.js forgets what was sent when htmx says so: this is said as htmx says it.
function settle(form, isThrough) {
  running.delete(form);
  holderOf(form).querySelector("[data-upload-shown]").hidden = true;
  const detail = { elt: form, successful: isThrough, xhr: { status: isThrough ? 200 : 0 }, requestConfig: { elt: form, verb: "post" } };
  form.dispatchEvent(new CustomEvent("htmx:afterRequest", { bubbles: true, detail }));
}

function refused(form, answer) {
  const fresh = answer?.querySelector(`form[data-draft="${CSS.escape(form.dataset.draft)}"]`);
  if (!fresh) return say(holderOf(form), "failed");
  const [before, after] = [form, fresh].map((each) => each.querySelector("input[type=file]"));
  form.replaceWith(fresh);
  after.files = before.files;
  after.dispatchEvent(new Event("change", { bubbles: true }));
  fresh.querySelector("[aria-invalid=true], .notice")?.scrollIntoView({ block: "center" });
}

function answered(form, request) {
  const here = new URL(request.responseURL || location.href);
  const isThrough = request.status === 200 && here.pathname !== "/accounts/login/";
  settle(form, isThrough);
  if (isThrough) location.assign(here);
  else if (request.status === 422) refused(form, request.response);
  else say(holderOf(form), { 200: "signed-out", 403: "signed-out", 413: "large" }[request.status] ?? "failed");
}

function submit(form, submitter) {
  const holder = holderOf(form);
  const bar = holder.querySelector("progress");
  say(holder, "");
  bar.removeAttribute("value");
  holder.querySelector("[data-upload-shown]").hidden = ![...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
  const request = post(form.action, new FormData(form, submitter), {
    type: "document",
    progress: (part) => (bar.value = 100 * part),
    answered: (request) => answered(form, request),
    lost: (name) => {
      settle(form, false);
      say(holder, name === "abort" ? "stopped" : "lost");
    },
  });
  running.set(form, request);
}

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !holderOf(event.target)) return;
  event.preventDefault();
  submit(event.target, event.submitter);
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-upload-stop]")) running.get(event.target.closest("form"))?.abort();
});
