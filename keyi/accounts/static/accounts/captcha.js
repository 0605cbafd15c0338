/* The proof of work beside a form: starts with the first touch of the form, says how far it is.
   Where the browser cannot do it, the form is sent without it and the server's limit stands in its place. */
const box = document.querySelector("[data-captcha]");

if (box && globalThis.$altcha && globalThis.crypto && crypto.subtle) {
  const widget = box.querySelector("altcha-widget");
  const form = box.closest("form");
  $altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(box.dataset.worker));
  const show = (state) => {
    for (const line of box.querySelectorAll("[data-captcha-state]")) line.hidden = line.dataset.captchaState !== state;
    box.classList.toggle("k-note--ok", state === "done");
  };
  widget.addEventListener("statechange", (event) => {
    const state = event.detail.state;
    if (state === "verified") show("done");
    else if (state === "verifying") show("working");
    else if (state === "error") show("plain");
  });
  form.addEventListener("focusin", () => { show("working"); widget.verify(); }, { once: true });
  show("ready");
}
