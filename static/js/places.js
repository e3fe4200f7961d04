/* Address suggestions (ARIA combobox with a list box) and "use my position". */
(function () {
  "use strict";

  var WAIT_MS = 180;
  var LEAST_LETTERS = 3;
  var POSITION_LIMIT_MS = 10000;
  var ROUGH_M = 100;

  function told(input) {
    if (input) { input.dispatchEvent(new CustomEvent("place-set", { bubbles: true })); }
  }

  function fill(box, lat, lon, ask, accuracy) {
    var latInput = document.getElementById(box.getAttribute("data-lat-input"));
    var lonInput = document.getElementById(box.getAttribute("data-lon-input"));
    var map = document.getElementById(box.getAttribute("data-map-id"));
    if (latInput) { latInput.value = lat === null ? "" : Number(lat).toFixed(6); }
    if (lonInput) { lonInput.value = lon === null ? "" : Number(lon).toFixed(6); }
    if (map && lat !== null) {
      map.dispatchEvent(new CustomEvent("place", { detail: { lat: Number(lat), lon: Number(lon), ask: ask, accuracy: accuracy } }));
    } else if (ask && lat !== null) { told(box.closest(".field").querySelector("input")); }
  }

  function statusOf(box) {
    return box.closest(".field").querySelector("[data-place-status]") || document.createElement("p");
  }

  function suggest(box) {
    var input = box.querySelector("input");
    var url = box.getAttribute("data-suggest-url");
    if (!input || !url || !window.fetch) { return; }
    var status = statusOf(box);
    var list = document.createElement("ul");
    var found = [];
    var active = -1;
    var timer = null;
    var turn = 0;
    list.id = input.id + "_list";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", (document.querySelector('label[for="' + input.id + '"]') || input).textContent.trim());
    box.appendChild(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("autocomplete", "off");

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function mark(index) {
      active = index;
      Array.prototype.forEach.call(list.children, function (item, at) {
        item.setAttribute("aria-selected", at === index ? "true" : "false");
        if (at === index && item.scrollIntoView) { item.scrollIntoView({ block: "nearest" }); }
      });
      if (index >= 0) { input.setAttribute("aria-activedescendant", list.children[index].id); } else { input.removeAttribute("aria-activedescendant"); }
    }

    function choose(index) {
      var place = found[index];
      if (!place) { return; }
      turn += 1;
      input.value = place.label;
      input.setAttribute("data-filled", place.label);
      fill(box, place.lat, place.lon, false);
      status.textContent = box.getAttribute("data-say-chosen") + " " + place.label;
      close();
      told(input);
    }

    function show(places) {
      found = places.slice(0, 8);
      list.textContent = "";
      found.forEach(function (place, index) {
        var item = document.createElement("li");
        item.id = list.id + "_" + index;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.textContent = place.label;
        item.addEventListener("mousedown", function (event) { event.preventDefault(); choose(index); });
        list.appendChild(item);
      });
      list.hidden = found.length === 0;
      input.setAttribute("aria-expanded", String(found.length > 0));
      mark(-1);
      status.textContent = found.length ? box.getAttribute("data-say-count").replace("%s", String(found.length)) : box.getAttribute("data-say-none");
    }

    function ask() {
      var words = input.value.trim();
      var mine = (turn += 1);
      if (words.length < LEAST_LETTERS) { close(); status.textContent = ""; return; }
      fetch(url + "?q=" + encodeURIComponent(words), { headers: { Accept: "application/json" } })
        .then(function (answer) { return answer.ok ? answer.json() : []; })
        .then(function (places) { if (mine === turn && document.activeElement === input) { show(places); } }, close);
    }

    input.addEventListener("input", function () {
      fill(box, null, null, false);
      input.removeAttribute("data-filled");
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT_MS);
    });
    input.addEventListener("keydown", function (event) {
      if (list.hidden) { return; }
      if (event.key === "ArrowDown") { event.preventDefault(); mark((active + 1) % found.length); }
      if (event.key === "ArrowUp") { event.preventDefault(); mark((active <= 0 ? found.length : active) - 1); }
      if (event.key === "Escape") { event.preventDefault(); close(); }
      if (event.key === "Enter" && active >= 0) { event.preventDefault(); choose(active); }
    });
    input.addEventListener("blur", close);
  }

  function locate(button) {
    var status = statusOf(button);
    if (!navigator.geolocation) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      status.textContent = button.getAttribute("data-say-wait");
      navigator.geolocation.getCurrentPosition(function (position) {
        var metres = Math.max(1, Math.round(position.coords.accuracy));
        fill(button, position.coords.latitude, position.coords.longitude, true, metres);
        status.textContent = button.getAttribute(metres > ROUGH_M ? "data-say-rough" : "data-say-found").replace("%s", String(metres));
      }, function (fault) {
        status.textContent = button.getAttribute(fault.code === 1 ? "data-say-denied" : "data-say-failed");
      }, { enableHighAccuracy: true, timeout: POSITION_LIMIT_MS, maximumAge: 60000 });
    });
  }

  function start() {
    Array.prototype.forEach.call(document.querySelectorAll("[data-suggest-url]"), suggest);
    Array.prototype.forEach.call(document.querySelectorAll("[data-locate]"), locate);
  }

  document.addEventListener("places", start);
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
