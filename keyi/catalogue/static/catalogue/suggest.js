/* Offers suggestions under every [data-suggest] search box (ARIA 1.2 combobox, list autocomplete).
   Enter without a chosen line searches as ever; without this file the box is a plain search. */
(function () {
  "use strict";
  var DELAY = 120;
  var count = 0;

  function setUp(form) {
    var input = form.querySelector("input[type=search]");
    var list = document.createElement("ul");
    var status = document.createElement("span");
    var active = -1, timer = 0, request = null;

    list.className = "k-combo k-plain k-suggest";
    list.id = "suggest-" + (count += 1);
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.dataset.label);
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    form.append(list, status);
    input.autocomplete = "off";
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    function options() { return list.querySelectorAll("[role=option]"); }

    function close() {
      clearTimeout(timer);
      if (request) request.abort();
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function point(place) {
      var all = options();
      if (!all.length) return;
      active = (place + all.length) % all.length;
      all.forEach(function (option, n) { option.setAttribute("aria-selected", String(n === active)); });
      input.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    }

    function show(html) {
      list.innerHTML = html;
      options().forEach(function (option, n) { option.id = list.id + "-" + n; });
      var number = options().length;
      active = -1;
      list.hidden = number === 0;
      input.setAttribute("aria-expanded", String(number > 0));
      status.textContent = number ? form.dataset.some.replace("{number}", number) : "";
    }

    function ask() {
      var text = input.value.trim();
      if (request) request.abort();
      request = new AbortController();
      fetch(form.dataset.suggest + "?q=" + encodeURIComponent(text), { signal: request.signal, credentials: "same-origin" })
        .then(function (response) { return response.ok ? response.text() : ""; })
        .then(function (html) { if (document.activeElement === input && input.value.trim() === text) show(html); })
        .catch(function () {});
    }

    input.addEventListener("input", function (event) {
      clearTimeout(timer);
      if (event.isComposing) return;
      if (!input.value.trim()) { close(); return; }
      timer = setTimeout(ask, DELAY);
    });
    input.addEventListener("compositionend", function () { timer = setTimeout(ask, DELAY); });

    input.addEventListener("keydown", function (event) {
      if (event.isComposing) return;
      if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
        event.preventDefault();
        var step = event.key === "ArrowDown" ? 1 : -1;
        point(active < 0 && step < 0 ? -1 : active + step);
      } else if (event.key === "Enter" && !list.hidden && active >= 0) {
        event.preventDefault();
        location.assign(options()[active].dataset.url);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      }
    });

    input.addEventListener("blur", close);
    list.addEventListener("mousedown", function (event) { event.preventDefault(); });
    list.addEventListener("click", function (event) {
      var option = event.target.closest("[role=option]");
      if (option) location.assign(option.dataset.url);
    });
  }

  document.querySelectorAll("form[data-suggest]").forEach(setUp);
})();
