// form[data-passkey="show" or "make"]: asks the browser for a passkey with the options (WebAuthn as JSON) that the form
// carries, and sends its answer in the field `credential`. [data-offered]: the browser may offer one where the name is
// typed (autocomplete="webauthn"), until a button asks. Without WebAuthn the form stays hidden, and [data-passkey-none] says why.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
let offer = null;

function read(options) {
  const found = { ...options, challenge: bytes(options.challenge) };
  if (options.user) found.user = { ...options.user, id: bytes(options.user.id) };
  for (const name of ["allowCredentials", "excludeCredentials"]) {
    if (options[name]) found[name] = options[name].map((each) => ({ ...each, id: bytes(each.id) }));
  }
  return found;
}

function written(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  const { id, type } = credential;
  return JSON.stringify({ id, type, rawId: text(credential.rawId), response, clientExtensionResults: credential.getClientExtensionResults() });
}

async function ask(form, more = {}) {
  const publicKey = read(JSON.parse(form.dataset.options));
  const call = form.dataset.passkey === "make" ? "create" : "get";
  form.elements.credential.value = written(await navigator.credentials[call]({ publicKey, ...more }));
  form.submit();
}

async function offered(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  offer = new AbortController();
  try {
    await ask(form, { mediation: "conditional", signal: offer.signal });
  } catch (error) {
    if (error.name !== "AbortError") form.querySelector("[data-passkey-failed]").hidden = false;
  }
}

if (window.PublicKeyCredential) {
  for (const sentence of document.querySelectorAll("[data-passkey-none]")) sentence.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      offer?.abort();
      const failed = form.querySelector("[data-passkey-failed]");
      failed.hidden = true;
      try {
        await ask(form);
      } catch {
        failed.hidden = false;
      }
    });
    if ("offered" in form.dataset) offered(form);
  }
}
