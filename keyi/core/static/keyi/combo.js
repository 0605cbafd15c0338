/* Makes every [data-combo] input a combobox (ARIA 1.2, list autocomplete).
   Without this file it is a plain input whose text the server resolves. */
(function () {
  "use strict";
  var DELAY = 150;
  var count = 0;

  function setUp(box) {
    if (box.dataset.ready) return;
    box.dataset.ready = "yes";
    var input = box.querySelector("input[type=text]");
    var list = box.querySelector("[role=listbox]");
    var status = box.querySelector("[role=status]");
    var held = document.createElement("input");
    var active = -1, timer = 0, request = null, asked = null;

    held.type = "hidden";
    held.name = input.name;
    held.value = input.dataset.key || input.value;
    input.removeAttribute("name");
    input.after(held);
    list.id = "combo-" + (count += 1);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    function options() { return list.querySelectorAll("[role=option]"); }
    function isOpen() { return !list.hidden; }

    function say(text) { status.textContent = text; }

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function cancel() {
      clearTimeout(timer);
      if (request) request.abort();
      request = null;
    }

    function point(place) {
      var all = options();
      if (!all.length) return;
      active = (place + all.length) % all.length;
      all.forEach(function (option, n) { option.setAttribute("aria-selected", String(n === active)); });
      input.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    }

    function show(html, first) {
      list.innerHTML = html;
      options().forEach(function (option, n) { option.id = list.id + "-" + n; });
      var number = options().length;
      active = -1;
      input.removeAttribute("aria-activedescendant");
      list.hidden = number === 0;
      input.setAttribute("aria-expanded", String(number > 0));
      say(number ? box.dataset.some.replace("{number}", number) : box.dataset.none);
      box.classList.toggle("is-empty", number === 0);
      if (number && first) point(0);
    }

    function ask(text, first) {
      cancel();
      request = new AbortController();
      asked = text;
      var url = box.dataset.combo + "&q=" + encodeURIComponent(text);
      fetch(url, { signal: request.signal, credentials: "same-origin" })
        .then(function (response) {
          if (!response.ok) throw new Error(String(response.status));
          return response.text();
        })
        .then(function (html) { if (asked === text && document.activeElement === input) show(html, first); })
        .catch(function (error) {
          if (error.name === "AbortError") return;
          close();
          box.classList.add("is-empty");
          say(box.dataset.failed);
        });
    }

    function choose(option) {
      cancel();
      asked = null;
      input.value = option.dataset.text;
      held.value = option.dataset.key;
      box.classList.remove("is-empty");
      close();
      say(box.dataset.chosen.replace("{name}", option.dataset.text));
      held.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function dropCandidates() {
      var candidates = box.querySelector("fieldset");
      if (candidates) candidates.remove();
    }

    input.addEventListener("input", function () {
      held.value = input.value;
      dropCandidates();
      cancel();
      asked = null;
      box.classList.remove("is-empty");
      if (!input.value.trim()) { close(); say(""); return; }
      timer = setTimeout(ask, DELAY, input.value, true);
    });

    input.addEventListener("keydown", function (event) {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        var step = event.key === "ArrowDown" ? 1 : -1;
        if (isOpen()) point(active < 0 && step < 0 ? -1 : active + step);
        else ask(held.value === input.value ? input.value : "", true);
      } else if (event.key === "Enter" && isOpen() && active >= 0) {
        event.preventDefault();
        choose(options()[active]);
      } else if (event.key === "Escape") {
        if (isOpen()) { event.preventDefault(); cancel(); asked = null; close(); }
      }
    });

    input.addEventListener("blur", function () { cancel(); asked = null; close(); });
    list.addEventListener("mousedown", function (event) { event.preventDefault(); });
    list.addEventListener("click", function (event) {
      var option = event.target.closest("[role=option]");
      if (option) choose(option);
    });
  }

  function setUpAll(root) {
    (root.querySelectorAll ? root : document).querySelectorAll("[data-combo]").forEach(setUp);
  }

  document.addEventListener("DOMContentLoaded", function () { setUpAll(document); });
  document.addEventListener("htmx:load", function (event) { setUpAll(event.target); });
  if (document.readyState !== "loading") setUpAll(document);
})();
