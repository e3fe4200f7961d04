/* On a request opened from a list: n goes to the next one, b back to the list. Links do the same without. */
(function () {
  "use strict";

  function press(id) {
    var link = document.getElementById(id);
    if (link) { link.click(); }
  }

  document.addEventListener("keydown", function (event) {
    var at = event.target;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("[data-no-keys]")) { return; }
    if (at.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName)) { return; }
    if (event.key === "n") { press("walk-next"); }
  });
})();
