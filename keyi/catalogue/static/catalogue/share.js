/* A button that copies the page's address, where the browser lets a page do so. Without it the address can be
   marked and copied by hand. */
(function () {
  "use strict";
  var box = document.querySelector("[data-share]");
  if (!box || !navigator.clipboard) return;
  var button = box.querySelector("[data-copy]");
  button.hidden = false;
  button.addEventListener("click", function () {
    navigator.clipboard.writeText(document.getElementById("address").value).then(function () {
      box.querySelector("[role=status]").textContent = box.dataset.done;
    });
  });
})();
