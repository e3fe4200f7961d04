/* Counts the seconds in which a change can still be undone. Without script the bar names the time of day. */
(function () {
  "use strict";

  function each(selector, root, action) {
    Array.prototype.forEach.call(root.querySelectorAll(selector), action);
  }

  function words(line, seconds) {
    var text = function (name) { return line.getAttribute("data-undo-" + name); };
    if (seconds <= 0) { return text("over"); }
    return text("in") + " " + (seconds < 120
      ? seconds + " " + text("seconds")
      : Math.ceil(seconds / 60) + " " + text("minutes"));
  }

  function tick() {
    var waits = false;
    each("[data-undo-until]", document, function (line) {
      var seconds = Math.ceil((Date.parse(line.getAttribute("data-undo-until")) - Date.now()) / 1000);
      var row = line.closest("li");
      line.textContent = words(line, seconds);
      waits = waits || seconds > 0;
      if (seconds <= 0 && row) {
        each("[data-undo-button]", row, function (button) { button.disabled = true; });
      }
    });
    each("form.undo-bar", document, function (form) {
      if (!form.querySelector("[data-undo-until]") || waits) { return; }
      each("[data-undo-button]", form, function (button) { button.disabled = true; });
    });
    if (waits) { window.setTimeout(tick, 1000); }
  }

  tick();
}());
