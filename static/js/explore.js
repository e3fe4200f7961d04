/* The map of open reports: groups the server counted, each a button. The list beside it says the same without a map. */
(function () {
  "use strict";

  var DEEPEST = 19;
  var LINES = 10;

  function build(box) {
    var canvas = box.querySelector(".map__canvas");
    var status = box.querySelector(".map__note");
    var list = document.querySelector("[data-explore-list]");
    var all = document.querySelector("[data-explore-all]");
    var say = function (name) { return box.getAttribute("data-say-" + name) || ""; };
    var data = function (name) { return box.getAttribute("data-" + name) || ""; };
    var limits = corners(data("bounds"));
    if (!limits) { return; }
    box.hidden = false;

    var still = window.matchMedia && window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    var map = L.map(canvas, { maxBounds: limits.pad(0.5), minZoom: 10, maxZoom: DEEPEST, scrollWheelZoom: false, zoomControl: false, zoomAnimation: !still, fadeAnimation: !still });
    map.attributionControl.setPrefix(false);
    L.control.zoom({ zoomInTitle: say("in"), zoomOutTitle: say("out") }).addTo(map);
    L.tileLayer(data("tiles"), { attribution: plain(data("attribution")), maxZoom: DEEPEST, bounds: limits.pad(0.7) }).addTo(map);
    var layer = L.layerGroup().addTo(map);
    var turn = 0;
    var timer = null;
    var moved = false;
    var opener = null;

    function query(more) {
      return [data("query")].concat(more).filter(Boolean).join("&");
    }

    function boxWords() {
      var view = map.getBounds();
      return [Math.max(-180, view.getWest()), Math.max(-85, view.getSouth()), Math.min(180, view.getEast()), Math.min(85, view.getNorth())]
        .map(function (value) { return value.toFixed(6); }).join(",");
    }

    function load() {
      var mine = (turn += 1);
      fetch(data("cells") + "?" + query(["bbox=" + boxWords(), "zoom=" + map.getZoom()]), { headers: { Accept: "application/json" } })
        .then(function (answer) { if (!answer.ok) { throw new Error(String(answer.status)); } return answer.json(); })
        .then(function (found) { if (mine === turn) { draw(found.cells); } }, function () { if (mine === turn) { status.textContent = say("failed"); } });
      if (moved) { loadList(mine); }
    }

    function draw(cells) {
      var view = map.getBounds();
      var inFocus = document.activeElement && canvas.contains(document.activeElement) && document.activeElement.classList.contains("leaflet-marker-icon");
      var shown = cells.filter(function (cell) { return view.contains(L.latLng(cell.lat, cell.lon)); });
      var count = shown.reduce(function (sum, cell) { return sum + cell.n; }, 0);
      layer.clearLayers();
      apart(shown).forEach(function (cell) { mark(cell, L.latLng(cell.lat, cell.lon)); });
      if (inFocus) { canvas.focus({ preventScroll: true }); }
      status.textContent = count === 0 ? say("none") : count === 1 ? say("one") : say("many").replace("{n}", count.toLocaleString());
    }

    function sizeOf(n) { return n < 10 ? 36 : n < 100 ? 44 : 54; }

    /* Marks that would cover each other become one: every mark can be pressed. */
    function apart(cells) {
      var kept = [];
      cells.slice().sort(function (one, other) { return other.n - one.n; }).forEach(function (cell) {
        var at = map.latLngToContainerPoint([cell.lat, cell.lon]).subtract([0, cell.n === 1 ? 22 : 0]);
        var near = kept.filter(function (other) { return at.distanceTo(other.at) < (sizeOf(cell.n) + sizeOf(other.cell.n)) / 2; })[0];
        if (!near) { kept.push({ at: at, cell: cell }); return; }
        near.cell = { lat: near.cell.lat, lon: near.cell.lon, n: near.cell.n + cell.n, reports: (near.cell.reports || []).concat(cell.reports || []) };
      });
      return kept.map(function (one) { return one.cell; });
    }

    function mark(cell, here) {
      var one = cell.n === 1;
      var face = document.createElement(one ? "img" : "span");
      var named = cell.reports || [];
      var size = sizeOf(cell.n);
      if (one) { face.src = data("pin"); face.alt = ""; face.width = 32; face.height = 44; } else { face.textContent = String(cell.n); }
      var marker = L.marker(here, {
        icon: L.divIcon({ html: face, className: one ? "pin" : "cell", iconSize: one ? [32, 44] : [size, size], iconAnchor: one ? [16, 43] : [size / 2, size / 2] }),
        autoPanOnFocus: false, riseOnHover: true
      }).addTo(layer);
      var button = marker.getElement();
      button.setAttribute("aria-label", cell.n === 1 && named[0] ? describe(named[0]) : say("group").replace("{n}", cell.n));
      function act(byKeyboard) {
        if (named.length && (cell.n === 1 || map.getZoom() >= DEEPEST - 1)) { opener = byKeyboard ? button : null; show(here, cell, named, byKeyboard); return; }
        if (map.getZoom() >= DEEPEST) { window.location.href = listAddress(); return; }
        if (byKeyboard) { canvas.focus({ preventScroll: true }); }
        map.setView(here, Math.min(DEEPEST, map.getZoom() + 2));
      }
      marker.on("click", function () { act(false); });
      button.addEventListener("keydown", function (event) {
        if (event.key !== "Enter" && event.key !== " ") { return; }
        event.preventDefault();
        event.stopPropagation();
        act(true);
      });
    }

    function describe(report) {
      return [report.category, report.label, report.address].filter(Boolean).join(", ");
    }

    function show(here, cell, named, byKeyboard) {
      var holder = document.createElement("ul");
      holder.className = "plain popup";
      named.forEach(function (report) {
        var line = document.createElement("li");
        var link = document.createElement("a");
        var badge = document.createElement("span");
        link.href = data("request").replace("NUMBER", encodeURIComponent(report.number));
        link.textContent = report.category + " " + report.number;
        badge.className = "badge badge--" + report.status;
        badge.textContent = report.label;
        line.appendChild(link);
        line.appendChild(document.createElement("br"));
        line.appendChild(badge);
        line.appendChild(document.createTextNode(" " + report.address));
        if (report.people) {
          line.appendChild(document.createElement("br"));
          line.appendChild(document.createTextNode(report.people));
        }
        holder.appendChild(line);
      });
      if (cell.n > named.length) {
        var more = document.createElement("li");
        var rest = document.createElement("a");
        rest.href = listAddress();
        rest.textContent = say("all");
        more.appendChild(rest);
        holder.appendChild(more);
      }
      var popup = L.popup({ minWidth: 180, maxWidth: 260, autoPanPadding: [10, 10], keepInView: false, offset: cell.n === 1 ? [0, -34] : [0, 0] }).setLatLng(here).setContent(holder).openOn(map);
      var close = popup.getElement().querySelector(".leaflet-popup-close-button");
      if (close) { close.setAttribute("aria-label", say("close")); }
      if (byKeyboard) { holder.querySelector("a").focus(); }
    }

    function listAddress() { return data("list") + "?" + query(["box=" + boxWords()]); }

    /* The same reports as lines: taken from the page of the list, so there is one way to draw them. */
    function loadList(mine) {
      if (!list || !window.DOMParser) { return; }
      fetch(listAddress()).then(function (answer) { if (!answer.ok) { throw new Error(String(answer.status)); } return answer.text(); }).then(function (text) {
        if (mine !== turn) { return; }
        var rows = new DOMParser().parseFromString(text, "text/html").querySelector(".reports");
        list.textContent = "";
        if (!rows) { list.textContent = say("none"); return; }
        while (rows.children.length > LINES) { rows.removeChild(rows.lastElementChild); }
        list.appendChild(document.importNode(rows, true));
      }, function () { /* the list of before stays */ });
      if (all) { all.href = listAddress(); }
    }

    function remember() {
      if (!window.history.replaceState) { return; }
      var centre = map.getCenter();
      var place = ["lat=" + centre.lat.toFixed(5), "lon=" + centre.lng.toFixed(5), "zoom=" + map.getZoom()];
      window.history.replaceState(null, "", window.location.pathname + "?" + query(place));
    }

    function outline() {
      if (!data("outlines")) { return; }
      fetch(data("outlines")).then(function (answer) { return answer.ok ? answer.json() : null; }).then(function (found) {
        if (!found) { return; }
        L.geoJSON(found, {
          interactive: false,
          filter: function (feature) { return feature.properties.kind === "city" || feature.properties.name === data("area"); },
          style: function (feature) {
            return feature.properties.kind === "city" ? { color: "#565c65", weight: 2, fill: false, dashArray: "6 4" } : { color: "#005ea2", weight: 3, fillOpacity: 0.06 };
          }
        }).addTo(map);
      }, function () { /* the map works without */ });
    }

    /* A new choice of kind or words keeps the view; a new area brings its own. */
    function keepPlace() {
      var form = document.querySelector(".choose__form");
      if (!form) { return; }
      form.addEventListener("submit", function () {
        var area = form.elements.area;
        var chosen = area && area.options[area.selectedIndex];
        if (chosen && !chosen.defaultSelected && (area.value !== "" || data("area") !== "")) { return; }
        var centre = map.getCenter();
        [["lat", centre.lat.toFixed(5)], ["lon", centre.lng.toFixed(5)], ["zoom", map.getZoom()]].forEach(function (pair) {
          var input = document.createElement("input");
          input.type = "hidden";
          input.name = pair[0];
          input.value = pair[1];
          form.appendChild(input);
        });
      });
    }

    /* The next nearer zoom when it hides only a little of the edges: half the map would be empty otherwise. */
    function fit(view) {
      var zoom = map.getBoundsZoom(view);
      var nearer = L.bounds(map.project(view.getNorthWest(), zoom + 1), map.project(view.getSouthEast(), zoom + 1)).getSize();
      var size = map.getSize();
      map.setView(view.getCenter(), nearer.x <= size.x * 1.25 && nearer.y <= size.y * 1.25 ? zoom + 1 : zoom);
    }

    var start = place(window.location.search);
    if (start) { moved = true; map.setView([start.lat, start.lon], start.zoom); } else { fit(corners(data("view")) || limits); }
    load();
    outline();
    keepPlace();
    map.on("moveend", function () {
      moved = true;
      window.clearTimeout(timer);
      timer = window.setTimeout(function () { remember(); load(); }, 250);
    });
    /* Leaflet hears Escape only while the map itself has the focus. */
    canvas.addEventListener("keydown", function (event) { if (event.key === "Escape") { map.closePopup(); } });
    map.on("popupclose", function () {
      if (opener) { (document.body.contains(opener) ? opener : canvas).focus({ preventScroll: true }); }
      opener = null;
    });
    if (window.ResizeObserver) { new ResizeObserver(function () { map.invalidateSize(); }).observe(canvas); }
  }

  function corners(words) {
    var numbers = words.split(",").map(Number);
    if (numbers.length !== 4 || numbers.some(isNaN)) { return null; }
    return L.latLngBounds([numbers[1], numbers[0]], [numbers[3], numbers[2]]);
  }

  function place(search) {
    var found = {};
    search.slice(1).split("&").forEach(function (pair) { var parts = pair.split("="); found[parts[0]] = parseFloat(parts[1]); });
    if (!isFinite(found.lat) || !isFinite(found.lon) || Math.abs(found.lat) > 85 || Math.abs(found.lon) > 180) { return null; }
    return { lat: found.lat, lon: found.lon, zoom: isFinite(found.zoom) ? Math.max(10, Math.min(DEEPEST, Math.round(found.zoom))) : 16 };
  }

  /* Leaflet takes the attribution as HTML; ours is text. */
  function plain(text) {
    var holder = document.createElement("span");
    holder.textContent = text;
    return holder.innerHTML;
  }

  function begin() {
    if (!window.L || !window.fetch) { document.documentElement.classList.add("no-map"); return; }
    Array.prototype.forEach.call(document.querySelectorAll("[data-explore]"), build);
  }

  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", begin); } else { begin(); }
})();
