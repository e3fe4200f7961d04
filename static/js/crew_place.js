/* The crew's place, asked for by a press and never before; and the print button of the day's sheet. Loaded before crew.js. */
(function () {
  "use strict";

  var box = document.querySelector("[data-crew]");
  if (!box) { return; }

  function say(name) { return box.getAttribute("data-say-" + name) || ""; }
  function position(done, failed) {
    navigator.geolocation.getCurrentPosition(function (found) { done(found.coords); }, failed, { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 });
  }

  /* The list from where I am. */
  function here(button) {
    var words = button.form.querySelector("[data-crew-position]");
    button.hidden = false;
    button.addEventListener("click", function () {
      words.textContent = say("position");
      position(function (at) {
        var field = button.form.querySelector("[name=at]");
        field.disabled = false;
        field.value = at.latitude.toFixed(6) + "," + at.longitude.toFixed(6);
        button.form.submit();
      }, function () { words.textContent = say("no-position"); });
    });
  }

  /* What is found is where I stand, unless a place was typed: the press goes on when the phone has told us. */
  function locate(event) {
    var form = event.target;
    var button = event.submitter;
    if (!form.hasAttribute("data-crew-locate") || !button) { return; }
    if (form.hasAttribute("data-placed") || form.querySelector("[name=address]").value) {
      form.removeAttribute("data-placed");
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    var words = form.querySelector("[data-crew-position]");
    words.textContent = say("position");
    position(function (at) {
      form.querySelector("[name=latitude]").value = at.latitude.toFixed(6);
      form.querySelector("[name=longitude]").value = at.longitude.toFixed(6);
      words.textContent = "";
      form.setAttribute("data-placed", "");
      form.requestSubmit(button);
    }, function () {
      words.textContent = say("no-position");
      form.querySelector("[name=address]").focus();
    });
  }

  if (navigator.geolocation && HTMLFormElement.prototype.requestSubmit) {
    Array.prototype.forEach.call(document.querySelectorAll("[data-crew-here]"), here);
    document.addEventListener("submit", locate, true);
  }
  Array.prototype.forEach.call(document.querySelectorAll("[data-print]"), function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
