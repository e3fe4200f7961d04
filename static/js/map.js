/* A map with one pin. It reads and fills two inputs; the form works without it. Leaflet is fetched when a map is opened. */
(function () {
  "use strict";

  var OUTLINES = {
    city: { color: "#5b4b8a", weight: 2, dashArray: "6 5", fill: false },
    other: { color: "#005ea2", weight: 2, fill: false }
  };
  var waiting = null;

  function number(input) {
    var value = input ? parseFloat(input.value) : NaN;
    return isFinite(value) ? value : null;
  }

  /* Calls back with true once Leaflet and its style are there, with false when they can't be had. */
  function withLeaflet(box, done) {
    if (window.L) { done(true); return; }
    if (waiting) { waiting.push(done); return; }
    waiting = [done];
    var open = 2;
    var good = true;
    function finish() {
      var all = waiting;
      waiting = null;
      all.forEach(function (one) { one(good && !!window.L); });
    }
    function watch(element) {
      element.onload = function () { open -= 1; if (!open) { finish(); } };
      element.onerror = function () { good = false; element.parentNode.removeChild(element); open -= 1; if (!open) { finish(); } };
      document.head.appendChild(element);
    }
    var style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = box.getAttribute("data-leaflet-style");
    watch(style);
    var script = document.createElement("script");
    script.src = box.getAttribute("data-leaflet");
    watch(script);
  }

  function prepare(box) {
    var canvas = box.querySelector(".map__canvas");
    var status = box.querySelector(".map__note");
    var opener = box.querySelector(".map__open") || document.querySelector('[data-map-opener="' + canvas.id + '"]');
    var still = box.querySelector(".map__still");
    var data = function (name) { return canvas.getAttribute("data-" + name) || ""; };
    var latInput = document.getElementById(data("lat-input"));
    var lonInput = document.getElementById(data("lon-input"));
    var addressInput = document.getElementById(data("address-input"));
    var addressField = addressInput && addressInput.closest(".field");
    var addressStatus = addressField && addressField.querySelector("[data-place-status]");
    var readonly = canvas.hasAttribute("data-readonly");
    var bounds = data("bounds").split(",").map(Number);
    if (bounds.length !== 4 || bounds.some(isNaN) || !latInput || !lonInput) { return; }
    var map = null, marker = null, circle = null, outlines = null;
    var asked = 0, loading = false;

    function open(byPerson) {
      if (map || loading) { return; }
      loading = true;
      if (byPerson) { status.textContent = data("say-loading"); }
      withLeaflet(box, function (good) {
        loading = false;
        if (!good) { status.textContent = data("say-failed"); return; }
        status.textContent = "";
        if (still) { still.hidden = true; }
        opener.hidden = true;
        canvas.hidden = false;
        (box.closest("form") || box).classList.add("map-open");
        draw();
        if (byPerson) { canvas.focus(); }
      });
    }

    function draw() {
      /* west, south, east, north; the server draws tiles as far as three quarters of the city around it */
      var limits = L.latLngBounds([bounds[1], bounds[0]], [bounds[3], bounds[2]]);
      var calm = window.matchMedia && window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      map = L.map(canvas, { maxBounds: limits.pad(0.3), minZoom: 10, maxZoom: 19, scrollWheelZoom: false, zoomAnimation: !calm, fadeAnimation: !calm });
      map.attributionControl.setPrefix(false);
      L.tileLayer(data("tiles"), { attribution: plain(data("attribution")), maxZoom: 19, bounds: limits.pad(0.7) })
        .on("tileerror", function () { if (!status.textContent) { status.textContent = data("say-tiles"); } })
        .addTo(map);
      map.fitBounds(limits);
      var lat = number(latInput), lon = number(lonInput);
      /* where it stands now is shown, and not taken for a choice */
      var start = (data("start") || "").split(",").map(parseFloat);
      if (lat !== null && lon !== null) { place(lat, lon, 17); } else if (start.length === 2) { place(start[0], start[1], 17); }
      outline(lat, lon);
      if (!readonly) {
        canvas.appendChild(cross());
        map.on("click", function (event) { choose(event.latlng.lat, event.latlng.lng); });
        canvas.addEventListener("keydown", function (event) {
          if (event.key === "Enter" && event.target === canvas) {
            event.preventDefault();
            map.stop();
            choose(map.getCenter().lat, map.getCenter().lng);
          }
        });
      }
      if (window.ResizeObserver) { new ResizeObserver(function () { map.invalidateSize(); }).observe(canvas); }
    }

    function place(lat, lon, zoom, accuracy) {
      var point = L.latLng(lat, lon);
      if (marker) { marker.setLatLng(point); } else {
        marker = L.marker(point, { icon: L.icon({ iconUrl: data("pin"), iconSize: [32, 44], iconAnchor: [16, 43] }), alt: "", keyboard: false, interactive: false }).addTo(map);
      }
      if (circle) { circle.remove(); circle = null; }
      if (accuracy) { circle = L.circle(point, { radius: accuracy, color: "#005ea2", weight: 1, fillOpacity: 0.12, interactive: false }).addTo(map); }
      if (zoom) { map.setView(point, Math.max(map.getZoom() || 0, zoom), { animate: false }); }
    }

    /* The city's limit, and the district the pin lies in. The map is whole without them. */
    function outline(lat, lon) {
      if (!data("outlines-url") || !window.fetch) { return; }
      fetch(data("outlines-url") + (lat === null ? "" : "?lat=" + lat.toFixed(4) + "&lon=" + lon.toFixed(4)))
        .then(function (answer) { if (!answer.ok) { throw new Error(String(answer.status)); } return answer.json(); })
        .then(function (found) {
          if (outlines) { outlines.remove(); }
          outlines = L.geoJSON(found, { interactive: false, style: function (feature) { return OUTLINES[feature.properties.kind] || OUTLINES.other; } }).addTo(map);
        }, function () {});
    }

    function choose(lat, lon) {
      latInput.value = lat.toFixed(6);
      lonInput.value = lon.toFixed(6);
      if (addressStatus) { addressStatus.textContent = ""; }
      place(lat, lon);
      outline(lat, lon);
      ask(lat, lon);
    }

    function told() {
      if (addressInput) { addressInput.dispatchEvent(new CustomEvent("place-set", { bubbles: true })); }
    }

    /* Ask what is there: the newest question wins, a failed one leaves the pin and says so. */
    function ask(lat, lon) {
      var words = data("say-point");
      var turn = (asked += 1);
      if (!data("reverse-url") || !window.fetch) { status.textContent = data("say-set") + " " + words; told(); return; }
      var form = box.closest("form");
      var kind = form && form.querySelector('input[name="category"]:checked');
      fetch(data("reverse-url") + "?lat=" + lat.toFixed(6) + "&lon=" + lon.toFixed(6) + (kind ? "&category=" + encodeURIComponent(kind.value) : ""), { headers: { Accept: "application/json" } })
        .then(function (answer) { return answer.json().then(function (found) { if (!answer.ok) { throw found; } return found; }); })
        .then(function (found) {
          if (turn !== asked) { return; }
          var owner = found.owner || {};
          var says = [owner.sentence, owner.advice].filter(Boolean).join(" ");
          if (found.inside === false) { status.textContent = says || data("say-outside"); } else {
            fillAddress(found.address || "");
            status.textContent = data("say-set") + " " + [found.address || words].concat(found.areas || []).join(" · ") + (says ? ". " + says : "");
          }
          told();
        })
        .catch(function (fault) {
          if (turn !== asked) { return; }
          status.textContent = (fault && fault.error) || data("say-set") + " " + words;
          told();
        });
    }

    function fillAddress(text) {
      if (!addressInput || !text) { return; }
      if (addressInput.value.trim() === "" || addressInput.value === addressInput.getAttribute("data-filled")) {
        addressInput.value = text;
        addressInput.setAttribute("data-filled", text);
      }
    }

    canvas.addEventListener("place", function (event) {
      var to = event.detail;
      if (map) { place(to.lat, to.lon, 17, to.accuracy); outline(to.lat, to.lon); }
      if (to.ask) { ask(to.lat, to.lon); }
    });
    box.hidden = false;
    if (box.hasAttribute("data-on-demand")) {
      opener.hidden = false;
      opener.querySelector("button").addEventListener("click", function () { open(true); });
    } else if (window.IntersectionObserver) {
      var seen = new IntersectionObserver(function (entries) {
        if (entries.some(function (entry) { return entry.isIntersecting; })) { seen.disconnect(); open(false); }
      }, { rootMargin: "200px" });
      seen.observe(box);
    } else { open(false); }
  }

  /* Leaflet takes the attribution as HTML; ours is text. */
  function plain(text) {
    var holder = document.createElement("span");
    holder.textContent = text;
    return holder.innerHTML;
  }

  function cross() {
    var ns = "http://www.w3.org/2000/svg";
    var svg = document.createElementNS(ns, "svg");
    svg.setAttribute("class", "map__cross");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    var path = document.createElementNS(ns, "path");
    path.setAttribute("d", "M12 1v22M1 12h22");
    path.setAttribute("stroke", "#162e51");
    path.setAttribute("stroke-width", "2.5");
    svg.appendChild(path);
    return svg;
  }

  function start() {
    Array.prototype.forEach.call(document.querySelectorAll("[data-map]"), prepare);
  }

  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
