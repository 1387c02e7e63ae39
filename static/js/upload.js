// [data-upload] in a form: the form is sent in the background, how far it is shows there and can be stopped. What goes
// wrong is said in the words of its template; the form stays as it is, files included, to be sent once more: its key
// tells the server that it is the same one. A refusal (422) brings the form with its sentences, and keeps the files.
const holderOf = (form) => form.querySelector("[data-upload]");
const running = new WeakMap();

function say(holder, word) {
  const said = holder.querySelector("[data-upload-said]");
  const words = holder.querySelector(`template[data-upload-word="${word}"]`);
  said.replaceChildren(...(words ? [words.content.cloneNode(true)] : []));
}

// once.js wakes the buttons and draft.js forgets what was sent when htmx says so: this is said as htmx says it.
function settle(form, successful) {
  running.delete(form);
  holderOf(form).querySelector("[data-upload-shown]").hidden = true;
  const detail = { elt: form, successful, requestConfig: { verb: "post" } };
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

function send(form, submitter) {
  const holder = holderOf(form);
  const bar = holder.querySelector("progress");
  const request = new XMLHttpRequest();
  say(holder, "");
  bar.removeAttribute("value");
  holder.querySelector("[data-upload-shown]").hidden = ![...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
  request.responseType = "document";
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
  });
  request.addEventListener("load", () => answered(form, request));
  for (const [name, word] of [["error", "lost"], ["timeout", "lost"], ["abort", "stopped"]]) {
    request.addEventListener(name, () => {
      settle(form, false);
      say(holder, word);
    });
  }
  request.open("POST", form.action);
  running.set(form, request);
  request.send(new FormData(form, submitter));
}

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !holderOf(event.target)) return;
  event.preventDefault();
  send(event.target, event.submitter);
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-upload-stop]")) running.get(event.target.closest("form"))?.abort();
});
