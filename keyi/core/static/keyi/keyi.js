/* Keyi: makes the pages quicker to use; everything works without it. Words come from the templates' data attributes. */
(() => {
  "use strict";
  const each = (root, selector, act) => {
    if (root.matches && root.matches(selector)) act(root);
    root.querySelectorAll(selector).forEach(act);
  };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  const dirty = new WeakSet();

  /* 已写 37 字，还可写 463 字 */
  function counter(view) {
    const input = document.getElementById(view.dataset.counter);
    if (!input) return;
    const show = () => {
      const written = [...input.value].length;
      const left = Number(view.dataset.limit) - written;
      view.textContent = fill(left < 0 ? view.dataset.over : view.dataset.left, { written, left, over: -left });
      view.classList.toggle("k-over", left < 0);
    };
    input.addEventListener("input", show);
    show();
  }

  /* Rows of a table in a form */
  function rows(box) {
    const body = box.querySelector("tbody");
    const model = box.querySelector("template");
    const add = box.querySelector("[data-row-add]");
    let next = body.rows.length;
    const renumber = () => {
      [...body.rows].forEach((row, index) => number(row, index + 1));
      if (add) add.hidden = body.rows.length >= Number(box.dataset.max);
    };
    const changed = () => box.dispatchEvent(new Event("input", { bubbles: true }));
    const live = (row) => {
      const remove = row.querySelector("[data-row-remove]");
      remove.hidden = false;
      row.querySelector("[name$='-REMOVE']").closest("label").hidden = true;
      remove.addEventListener("click", () => {
        const nearby = row.nextElementSibling || row.previousElementSibling;
        row.remove();
        if (!body.rows.length) append();
        renumber();
        changed();
        const target = nearby ? nearby.querySelector("[data-row-remove]") : body.querySelector("input, select");
        target.focus();
      });
    };
    const append = () => {
      const row = model.content.firstElementChild.cloneNode(true);
      each(row, "*", (node) => {
        for (const name of ["id", "name", "for", "aria-describedby"]) {
          const value = node.getAttribute(name);
          if (value) node.setAttribute(name, value.replace("-blank-0-", `-${next}-`));
        }
      });
      next += 1;
      body.append(row);
      live(row);
      start(row);
      return row;
    };
    [...body.rows].forEach(live);
    if (!add) return;
    add.type = "button";
    add.addEventListener("click", () => {
      const row = append();
      renumber();
      row.querySelector("input, select, textarea").focus();
    });
  }

  function number(row, count) {
    each(row, "[data-n]", (node) => {
      const text = fill(node.dataset.n, { n: count });
      if (node.hasAttribute("aria-label")) node.setAttribute("aria-label", text);
      else node.textContent = text;
    });
  }

  /* Drafts save themselves */
  function autosave(form) {
    const pause = 2500;
    let timer = 0;
    let failed = false;
    const body = () => {
      const typed = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === "string") typed.append(name, value);
      typed.append("_path", form.dataset.autosavePath || new URL(form.getAttribute("action") || location.href, location.href).pathname);
      return typed;
    };
    const save = async () => {
      timer = 0;
      if (form.dataset.sent) return; // on its way to be saved: keeping it now would outlive the saving
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body: body(), redirect: "manual", credentials: "same-origin" });
        failed = !answer.ok;
        const ended = answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403;
        if (failed) return tell(ended ? "ended" : "failed");
        if (!timer) dirty.delete(form);
        const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
        tell("saved", { time });
      } catch (_error) {
        failed = true;
        tell("failed");
      }
    };
    form.addEventListener("input", () => {
      dirty.add(form);
      clearTimeout(timer);
      timer = setTimeout(save, pause);
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && timer) { clearTimeout(timer); save(); }
    });
    window.addEventListener("beforeunload", (event) => {
      if (failed && dirty.has(form) && !form.dataset.sent) event.preventDefault();
    });
  }

  /* A form goes once */
  function once(event) {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method") !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    const buttons = [...form.elements].filter((one) => one.type === "submit");
    setTimeout(() => buttons.forEach((one) => { one.disabled = true; }));
    setTimeout(() => release(form), 8000); // a download leaves the page where it is
  }

  function release(form) {
    delete form.dataset.sent;
    [...form.elements].forEach((one) => { if (one.type === "submit") one.disabled = false; });
  }

  /* Files go up as soon as they are chosen, with a bar. The answer's field replaces ours. */
  function upload(input) {
    const area = input.closest(".k-field[id]");
    const button = area.querySelector("[data-upload-button]");
    if (button) button.hidden = true;
    const drop = input.closest(".k-drop");
    if (drop) {
      input.classList.add("visually-hidden"); // its label is the button
      drop.addEventListener("dragover", (event) => event.preventDefault());
      drop.addEventListener("drop", (event) => {
        event.preventDefault();
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change"));
      });
    }
    input.addEventListener("change", async () => {
      if (!input.files.length) return;
      const bar = document.createElement("progress");
      bar.max = 100;
      bar.value = 0;
      bar.setAttribute("aria-label", input.labels[0] ? input.labels[0].textContent.trim() : input.name);
      input.after(bar);
      try {
        replace(await send(input.form, input.dataset.upload, bar), area, input.form);
      } catch (_error) {
        bar.remove();
        if (button) button.hidden = false;
        tell("failed");
      }
    });
  }

  function send(form, step, bar) {
    const data = new FormData(form);
    data.append("do", step);
    return new Promise((done, fail) => {
      const request = new XMLHttpRequest();
      request.open("POST", form.getAttribute("action") || location.href);
      if (bar) request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total; };
      request.onload = () => done(request);
      request.onerror = fail;
      request.send(data);
    });
  }

  function tell(name, values = {}) {
    const status = document.querySelector("[data-save-status]");
    if (!status) return;
    status.textContent = fill(status.dataset[name] || "", values);
    status.parentElement.classList.add("k-on");
  }

  /* Puts the answer's part in the place of ours; goes to the answer's page when it is another one */
  function replace(request, area, form) {
    const there = new URL(request.responseURL || location.href);
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const piece = page.getElementById(area.id);
    if (!piece || there.pathname !== location.pathname) {
      if (request.status >= 400) throw new Error(request.status);
      location.assign(there);
      return;
    }
    const fresh = document.importNode(piece, true);
    area.replaceWith(fresh);
    for (const hidden of page.querySelectorAll("form[data-autosave] > input[type=hidden]")) {
      const ours = form.elements[hidden.name];
      if (ours && ours.type === "hidden") ours.value = hidden.value;
    }
    start(fresh);
    const target = fresh.querySelector(".k-err") || fresh;
    target.tabIndex = -1;
    target.focus();
  }

  /* Photos can be dragged; the buttons 前移 and 后移 are the plain way, and what a drag presses */
  function sortable(list) {
    const items = () => [...list.children];
    const form = list.closest("form");
    let held = null;
    let from = 0;
    items().forEach((item) => { item.draggable = true; });
    list.addEventListener("dragstart", (event) => {
      held = event.target.closest("[data-token]");
      from = items().indexOf(held);
    });
    list.addEventListener("dragover", (event) => {
      const over = event.target.closest("[data-token]");
      if (!held || !over || over.parentElement !== list) return;
      event.preventDefault();
      if (over !== held) over[items().indexOf(over) > items().indexOf(held) ? "after" : "before"](held);
    });
    list.addEventListener("dragend", async () => {
      const steps = items().indexOf(held) - from;
      const step = `${steps > 0 ? "later" : "earlier"}:${held.dataset.token}`;
      held = null;
      let answer = null;
      try {
        for (let n = 0; n < Math.abs(steps); n += 1) answer = await send(form, step, null);
        if (answer) replace(answer, list.closest(".k-field[id]"), form);
      } catch (_error) {
        tell("failed");
      }
    });
  }

  /* A question before what cannot be undone */
  function ask(event) {
    const button = event.target.closest("button[data-confirm]");
    if (!button || button.dataset.agreed || !window.HTMLDialogElement) { if (button) delete button.dataset.agreed; return; }
    event.preventDefault();
    event.stopPropagation();
    const dialog = document.createElement("dialog");
    dialog.className = "k-dialog k-box";
    const text = document.createElement("p");
    text.id = "k-dialog-text";
    text.textContent = button.dataset.confirm;
    dialog.setAttribute("aria-labelledby", text.id);
    const answers = document.createElement("div");
    answers.className = "k-row";
    const answer = (label, look, act) => {
      const one = document.createElement("button");
      one.type = "button";
      one.className = `btn ${look}`;
      one.textContent = label;
      one.addEventListener("click", () => { dialog.close(); act(); });
      answers.append(one);
    };
    answer(button.dataset.confirmYes || button.textContent.trim(), "btn-back", () => { button.dataset.agreed = "1"; button.click(); });
    answer(button.dataset.confirmNo, "btn-k", () => button.focus());
    dialog.append(text, answers);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  /* An address inside a folded part opens it */
  function reveal() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    target.scrollIntoView();
    const control = target.matches("input, select, textarea") ? target : target.matches("fieldset") && target.querySelector("input, select, textarea");
    if (control) control.focus();
  }

  /* A part of the form that belongs to one answer: data-when="kind=facility" */
  function when(part) {
    const [name, value] = part.dataset.when.split("=");
    const show = () => {
      const chosen = document.querySelector(`form [name="${name}"]:checked`);
      if (!chosen) return;
      part.hidden = chosen.value !== value;
      if (part.matches("details") && !part.hidden) part.open = true;
    };
    document.querySelectorAll(`form [name="${name}"]`).forEach((one) => one.addEventListener("change", show));
  }

  /* Some boxes, or the one that says “none of them” */
  function either(box) {
    const none = box.querySelector(".k-none input");
    box.addEventListener("change", (event) => {
      if (event.target.type !== "checkbox" || !event.target.checked) return;
      const others = [...box.querySelectorAll("input[type=checkbox]")].filter((one) => one !== none);
      (event.target === none ? others : [none]).forEach((one) => { one.checked = false; });
    });
  }

  /* One box ticks all of its form */
  function pickAll(label) {
    label.hidden = false;
    label.querySelector("input").addEventListener("change", (event) => {
      label.closest("form").querySelectorAll(".k-pick input").forEach((one) => { one.checked = event.target.checked; });
    });
  }

  function start(root) {
    each(root, "[data-counter]", counter);
    each(root, "[data-rows]", rows);
    each(root, "form[data-autosave]", autosave);
    each(root, "input[type=file][data-upload]", upload);
    each(root, "[data-order]", sortable);
    each(root, "[data-when]", when);
    each(root, "[data-either]", either);
    each(root, "[data-pick-all]", pickAll);
  }

  start(document);
  document.addEventListener("click", ask, true);
  document.addEventListener("submit", once);
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest && event.target.closest("details.k-menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  document.addEventListener("htmx:afterSwap", (event) => start(event.detail.target));
  window.addEventListener("pageshow", (event) => { if (event.persisted) document.querySelectorAll("form").forEach(release); });
  window.addEventListener("hashchange", reveal);
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
  else reveal();
})();
