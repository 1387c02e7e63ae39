// [data-upload="address"] of a file picker: each file is sent there as soon as it is picked, with its progress, and the
// form carries its key. What is too large or refused is said in one sentence each, the others stay. What a lost
// connection cut off is sent again when it is back. A form that is sent meanwhile waits, and goes when all have arrived.
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
  const request = new XMLHttpRequest();
  const progress = chip.querySelector("progress");
  const again = chip.querySelector("[data-retry]");
  const fields = new FormData();
  fields.append("file", file, file.name);
  progress.value = 0;
  again.hidden = true;
  chip.request = request;
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) progress.value = event.loaded / event.total;
  });
  request.addEventListener("load", () => {
    const answer = request.status < 500 && request.getResponseHeader("Content-Type")?.includes("json") ? JSON.parse(request.response) : null;
    if (answer?.id) arrived(holder, chip, answer);
    else if (answer?.sentence) {
      chip.remove();
      tell(holder, answer.sentence);
    } else cut(holder, file, chip);
    under(holder);
  });
  request.addEventListener("error", () => cut(holder, file, chip));
  request.open("POST", holder.dataset.upload);
  request.setRequestHeader("X-CSRFToken", holder.closest("form").elements.csrfmiddlewaretoken.value);
  request.send(fields);
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

function take(holder, files) {
  holder.querySelector("[data-file-errors]").replaceChildren();
  for (const file of files) {
    if (file.size > Number(holder.dataset.uploadBytes)) {
      tell(holder, holder.dataset.wordsLarge.replace("{name}", file.name));
      continue;
    }
    const chip = holder.querySelector("template[data-file-shape]").content.firstElementChild.cloneNode(true);
    chip.querySelector(".file-name").textContent = file.name;
    chip.querySelector(".chip-remove").ariaLabel += ` ${file.name}`;
    holder.querySelector("[data-file-list]").append(chip);
    send(holder, file, chip);
  }
  under(holder);
}

document.addEventListener("files:added", (event) => take(event.target, event.detail));
document.addEventListener("click", (event) => {
  const chip = event.target.closest?.("[data-upload] .chip-remove")?.closest(".file");
  if (!chip) return;
  const holder = chip.closest("[data-upload]");
  chip.request?.abort();
  chip.remove();
  waiting.delete(holder);
  if (chip.dataset.uploadId) {
    const headers = { "X-CSRFToken": holder.closest("form").elements.csrfmiddlewaretoken.value };
    fetch(`${holder.dataset.upload}${chip.dataset.uploadId}/removal/`, { method: "POST", headers });
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
