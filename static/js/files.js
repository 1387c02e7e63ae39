// [data-files] round an input[type=file]: shows what was picked, lets one be taken away, takes what is dropped on or
// pasted into the nearest [data-dropzone]. data-max-bytes with data-too-large="..." refuses before anything is sent;
// data-units names bytes, kilobytes, megabytes and gigabytes. What was picked stays when htmx shows a refused form anew. One
// with data-upload only hands on what was picked, by the event files:added; pictures that were not merely attached belong
// into the text.
const inputOf = (holder) => holder.querySelector("input[type=file]");

function size(bytes, units) {
  let unit = 0;
  for (; bytes >= 1023.5 && unit < units.length - 1; unit += 1) bytes /= 1024;
  const amount = bytes.toLocaleString(document.documentElement.lang, { maximumFractionDigits: bytes < 10 && unit ? 1 : 0 });
  return `${amount} ${units[unit]}`;
}

function set(holder, files) {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  inputOf(holder).files = transfer.files;
  show(holder);
}

function add(holder, files, isInline = true) {
  if ("upload" in holder.dataset) {
    holder.dispatchEvent(new CustomEvent("files:added", { bubbles: true, detail: { files: [...files], isInline } }));
    return;
  }
  const input = inputOf(holder);
  set(holder, input.multiple ? [...input.files, ...files] : [...files].slice(0, 1));
}

function show(holder) {
  const input = inputOf(holder);
  const files = [...input.files];
  const limit = Number(holder.dataset.maxBytes ?? Infinity);
  const total = files.reduce((sum, file) => sum + file.size, 0);
  input.setCustomValidity(total > limit ? holder.dataset.tooLarge : "");
  if (total > limit) input.reportValidity();
  const shape = holder.querySelector("template[data-file-shape]");
  holder.querySelector("[data-file-list]").replaceChildren(...files.map((file, index) => {
    const chip = shape.content.firstElementChild.cloneNode(true);
    chip.querySelector(".file-name").textContent = file.name;
    chip.querySelector(".file-size").textContent = size(file.size, holder.dataset.units.split(" "));
    chip.classList.toggle("file-refused", file.size > limit);
    const remove = chip.querySelector("button");
    remove.ariaLabel = `${remove.ariaLabel} ${file.name}`;
    remove.addEventListener("click", () => set(holder, files.filter((_, other) => other !== index)));
    return chip;
  }));
}

const zoneOf = (event) => event.target.closest?.("[data-dropzone]");
const carriesFiles = (transfer) => [...(transfer?.types ?? [])].includes("Files");

document.addEventListener("change", (event) => {
  const holder = event.target.matches("input[type=file]") && event.target.closest("[data-files]");
  if (!holder) return;
  if ("upload" in holder.dataset) {
    add(holder, event.target.files, "inline" in event.target.dataset);
    delete event.target.dataset.inline;
    event.target.value = "";
  } else show(holder);
});
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const zone = zoneOf(event);
    const holder = zone?.querySelector("[data-files]");
    if (!holder || !carriesFiles(event.dataTransfer)) return;
    event.preventDefault();
    zone.classList.toggle("is-over", name === "dragenter" || name === "dragover");
    if (name === "drop") add(holder, event.dataTransfer.files);
  });
}
document.addEventListener("paste", (event) => {
  const holder = zoneOf(event)?.querySelector("[data-files]");
  if (!holder || !event.clipboardData?.files.length) return;
  event.preventDefault();
  add(holder, event.clipboardData.files);
});
document.addEventListener("reset", (event) => {
  setTimeout(() => event.target.querySelectorAll("[data-files]:not([data-upload])").forEach(show));
});
let kept = [];
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const sent = detail.xhr.status === 422 && detail.requestConfig.elt.querySelector("[data-files]");
  kept = sent ? [...inputOf(sent).files] : [];
});
document.addEventListener("htmx:load", ({ target }) => {
  const holder = kept.length && target.querySelector("[data-files]");
  if (!holder) return;
  set(holder, kept);
  kept = [];
});
