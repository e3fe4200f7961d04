/* A map with one pin. It reads and fills two inputs; the form works without it. */
(function () {
  "use strict";

  function number(input) {
    var value = input ? parseFloat(input.value) : NaN;
    return isFinite(value) ? value : null;
  }

  function build(box) {
    var canvas = box.querySelector(".map__canvas");
    var status = box.querySelector(".map__note");
    var data = function (name) { return canvas.getAttribute("data-" + name) || ""; };
    var latInput = document.getElementById(data("lat-input"));
    var lonInput = document.getElementById(data("lon-input"));
    var addressInput = document.getElementById(data("address-input"));
    var addressField = addressInput && addressInput.closest(".field");
    var addressStatus = addressField && addressField.querySelector("[data-place-status]");
    var readonly = canvas.hasAttribute("data-readonly");
    var bounds = data("bounds").split(",").map(Number);
    if (bounds.length !== 4 || bounds.some(isNaN) || !latInput || !lonInput) { return; }
    box.hidden = false;

    /* west, south, east, north; the server draws tiles as far as three quarters of the city around it */
    var limits = L.latLngBounds([bounds[1], bounds[0]], [bounds[3], bounds[2]]);
    var still = window.matchMedia && window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    var map = L.map(canvas, { maxBounds: limits.pad(0.3), minZoom: 10, maxZoom: 19, scrollWheelZoom: false, zoomAnimation: !still, fadeAnimation: !still });
    map.attributionControl.setPrefix(false);
    L.tileLayer(data("tiles"), { attribution: plain(data("attribution")), maxZoom: 19, bounds: limits.pad(0.7) }).addTo(map);
    var icon = L.icon({ iconUrl: data("pin"), iconSize: [32, 44], iconAnchor: [16, 43] });
    var marker = null;
    var asked = 0;
    if (!readonly) { canvas.appendChild(cross()); }

    function place(lat, lon, zoom) {
      var point = L.latLng(lat, lon);
      if (marker) { marker.setLatLng(point); } else { marker = L.marker(point, { icon: icon, alt: "", keyboard: false, interactive: false }).addTo(map); }
      if (zoom) { map.setView(point, Math.max(map.getZoom() || 0, zoom), { animate: false }); }
    }

    function choose(lat, lon) {
      latInput.value = lat.toFixed(6);
      lonInput.value = lon.toFixed(6);
      if (addressStatus) { addressStatus.textContent = ""; }
      place(lat, lon);
      ask(lat, lon);
    }

    /* Ask what is there: the newest question wins, a failed one leaves the pin and says so. */
    function ask(lat, lon) {
      var words = data("say-point");
      if (!data("reverse-url") || !window.fetch) { status.textContent = data("say-set") + " " + words; return; }
      var turn = (asked += 1);
      fetch(data("reverse-url") + "?lat=" + lat.toFixed(6) + "&lon=" + lon.toFixed(6), { headers: { Accept: "application/json" } })
        .then(function (answer) { if (!answer.ok) { throw new Error(String(answer.status)); } return answer.json(); })
        .then(function (found) {
          if (turn !== asked) { return; }
          if (found.inside === false) { status.textContent = data("say-outside"); return; }
          fillAddress(found.address || "");
          status.textContent = data("say-set") + " " + [found.address || words].concat(found.areas || []).join(" · ");
        }, function () { if (turn === asked) { status.textContent = data("say-set") + " " + words; } });
    }

    function fillAddress(text) {
      if (!addressInput || !text) { return; }
      if (addressInput.value.trim() === "" || addressInput.value === addressInput.getAttribute("data-filled")) {
        addressInput.value = text;
        addressInput.setAttribute("data-filled", text);
      }
    }

    map.fitBounds(limits);
    if (number(latInput) !== null && number(lonInput) !== null) { place(number(latInput), number(lonInput), 17); }
    if (!readonly) {
      map.on("click", function (event) { choose(event.latlng.lat, event.latlng.lng); });
      canvas.addEventListener("keydown", function (event) {
        if (event.key === "Enter" && event.target === canvas) {
          event.preventDefault();
          map.stop();
          choose(map.getCenter().lat, map.getCenter().lng);
        }
      });
    }
    canvas.addEventListener("place", function (event) {
      place(event.detail.lat, event.detail.lon, 17);
      if (event.detail.ask) { ask(event.detail.lat, event.detail.lon); }
    });
    if (window.ResizeObserver) { new ResizeObserver(function () { map.invalidateSize(); }).observe(canvas); }
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
    if (!window.L) { return; }
    Array.prototype.forEach.call(document.querySelectorAll("[data-map]"), build);
  }

  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
