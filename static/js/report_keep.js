/* The report form keeps what is typed, makes photos small, and does not lose a report without a network. */
(function () {
  "use strict";

  var DRAFT = "civic311-report";
  var SENT = "civic311-sent";
  var KEPT = ["description", "address", "latitude", "longitude", "place_note"];
  var SIDE = 1600;
  var QUALITY = 0.8;
  var SMALL_BYTES = 300000;
  var HEAD_BYTES = 131072;
  var PING_MS = 5000;
  var form = document.querySelector("[data-report]");
  if (!form) { return; }

  function field(name) { return document.getElementById("id_" + name); }
  function words(name) { return form.getAttribute("data-say-" + name) || ""; }
  function key() { return form.querySelector("input[name=key]").value; }
  function store(box, name, value) {
    try { if (value === null) { box.removeItem(name); } else { box.setItem(name, value); } } catch (error) { return; }
  }

  /* Draft: the words, the kind and the place, on this device only. Never who sends it. */
  function saved() {
    try { return JSON.parse(window.localStorage.getItem(DRAFT) || "null"); } catch (error) { return null; }
  }
  function save() {
    var draft = { at: Date.now(), key: key() };
    var chosen = form.querySelector("input[name=category]:checked");
    KEPT.forEach(function (name) { draft[name] = field(name).value; });
    draft.category = chosen ? chosen.value : "";
    if (draft.description.trim() || draft.address.trim() || draft.place_note.trim()) { store(window.localStorage, DRAFT, JSON.stringify(draft)); }
  }
  var timer = null;
  function saveLater() { clearTimeout(timer); timer = setTimeout(save, 400); }

  /* draft.js has shown the offer already, if there is one. */
  function offer() {
    var draft = saved();
    var box = document.querySelector("[data-draft-offer]");
    if (!draft || box.hidden) { return; }
    box.querySelector("[data-draft-go]").addEventListener("click", function () { fill(draft); box.hidden = true; field("description").focus(); });
    box.querySelector("[data-draft-drop]").addEventListener("click", function () {
      store(window.localStorage, DRAFT, null);
      box.hidden = true;
      field("description").focus();
    });
  }
  function fill(draft) {
    KEPT.forEach(function (name) { if (typeof draft[name] === "string") { field(name).value = draft[name]; } });
    Array.prototype.forEach.call(form.querySelectorAll("input[name=category]"), function (input) {
      if (input.value !== draft.category || !draft.category) { return; }
      input.checked = true;
      for (var box = input.parentNode; box !== form; box = box.parentNode) { if (box.tagName === "DETAILS") { box.open = true; } }
    });
    form.dispatchEvent(new CustomEvent("restored"));
    save();
  }

  /* Photos: upright, 1,600 pixels, without hidden data. Where the browser cannot, the original is sent. */
  var busy = 0;
  function photos(input) {
    var files = Array.prototype.slice.call(input.files || []);
    var places = form.querySelector("[data-photo-places]");
    places.textContent = "";
    if (!files.length || !window.Promise) { return; }
    busy += 1;
    Promise.all(files.map(function (file, at) {
      return position(file).then(function (point) {
        if (point) { suggestPlace(places, at + 1, point); }
        return smaller(file);
      });
    })).then(function (ready) {
      var same = Array.prototype.every.call(input.files, function (file, at) { return file === files[at]; });
      if (same && window.DataTransfer) {
        var list = new DataTransfer();
        ready.forEach(function (file) { list.items.add(file); });
        input.files = list.files;
      }
    }).then(done, done);
  }
  function done() { busy -= 1; }

  function smaller(file) {
    if (!window.createImageBitmap || !window.File || (file.size < SMALL_BYTES && file.type === "image/jpeg")) { return Promise.resolve(file); }
    return window.createImageBitmap(file, { imageOrientation: "from-image" }).then(function (bitmap) {
      var scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
      var canvas = document.createElement("canvas");
      canvas.width = Math.round(bitmap.width * scale);
      canvas.height = Math.round(bitmap.height * scale);
      canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      if (bitmap.close) { bitmap.close(); }
      return new Promise(function (give) {
        canvas.toBlob(function (blob) {
          give(blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file);
        }, "image/jpeg", QUALITY);
      });
    }).catch(function () { return file; });
  }

  /* Where a JPEG was taken, from its EXIF block; null for everything else. */
  function position(file) {
    return new Promise(function (give) {
      if (!window.FileReader) { give(null); return; }
      var reader = new FileReader();
      reader.onload = function () {
        try { give(exif(new DataView(reader.result))); } catch (error) { give(null); }
      };
      reader.onerror = function () { give(null); };
      reader.readAsArrayBuffer(file.slice(0, HEAD_BYTES));
    });
  }
  function exif(view) {
    if (view.getUint16(0) !== 0xffd8) { return null; }
    for (var at = 2; at + 10 < view.byteLength; at += 2 + view.getUint16(at + 2)) {
      var marker = view.getUint16(at);
      if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) { return gps(view, at + 10); }
      if (marker < 0xff00 || marker === 0xffda) { return null; }
    }
    return null;
  }
  function gps(view, base) {
    var little = view.getUint16(base) === 0x4949;
    function two(at) { return view.getUint16(base + at, little); }
    function four(at) { return view.getUint32(base + at, little); }
    function entry(list, tag) {
      for (var at = 0, all = two(list); at < all; at += 1) { if (two(list + 2 + at * 12) === tag) { return list + 2 + at * 12; } }
      return 0;
    }
    var link = entry(four(4), 0x8825);
    if (!link) { return null; }
    var list = four(link + 8);
    function degrees(tag, side, minus) {
      var at = entry(list, tag);
      var letter = entry(list, side);
      if (!at || !letter) { return NaN; }
      var value = 0;
      for (var step = 0; step < 3; step += 1) { value += four(four(at + 8) + step * 8) / (four(four(at + 8) + step * 8 + 4) || 1) / Math.pow(60, step); }
      return String.fromCharCode(view.getUint8(base + letter + 8)) === minus ? -value : value;
    }
    var lat = degrees(2, 1, "S");
    var lon = degrees(4, 3, "W");
    return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && (lat || lon) ? [lat, lon] : null;
  }
  function suggestPlace(places, number, point) {
    var canvas = document.getElementById("map");
    var url = canvas && canvas.getAttribute("data-reverse-url");
    var where = point[0].toFixed(5) + ", " + point[1].toFixed(5);
    function show(found) {
      var line = document.createElement("p");
      var use = document.createElement("button");
      var address = found && found.address;
      line.textContent = words("photo").replace("%n", String(number)).replace("%p", (address || where).replace(/^near /, "")) + " ";
      use.type = "button";
      use.className = "btn btn--quiet btn--small";
      use.textContent = words("use");
      use.addEventListener("click", function () {
        field("latitude").value = point[0].toFixed(6);
        field("longitude").value = point[1].toFixed(6);
        field("address").value = address || where;
        if (canvas) { canvas.dispatchEvent(new CustomEvent("place", { detail: { lat: point[0], lon: point[1], ask: false } })); }
        field("address").dispatchEvent(new CustomEvent("place-set", { bubbles: true }));
        saveLater();
        places.textContent = "";
      });
      line.appendChild(use);
      places.appendChild(line);
    }
    if (!url || !window.fetch) { show(null); return; }
    fetch(url + "?lat=" + point[0].toFixed(6) + "&lon=" + point[1].toFixed(6)).then(function (answer) { return answer.ok ? answer.json() : null; }).then(show, function () { show(null); });
  }

  /* Sending: first whether there is a network. Without one everything stays, and the same form is sent again later. */
  var waiting = false;
  var cleared = false;
  function trouble(text) {
    var box = form.querySelector("[data-trouble]");
    box.hidden = !text;
    box.querySelector("p").textContent = text;
  }
  function network() {
    return new Promise(function (yes, no) {
      if (navigator.onLine === false) { no(); return; }
      setTimeout(yes, PING_MS);
      fetch(form.getAttribute("data-ping") + "?" + Date.now(), { method: "HEAD", cache: "no-store", credentials: "omit" }).then(yes, no);
    });
  }
  function photosReady() {
    return new Promise(function (go) {
      (function look() { if (busy) { setTimeout(look, 50); } else { go(); } })();
    });
  }
  function send(button) {
    cleared = true;
    if (form.requestSubmit) { form.requestSubmit(button || undefined); } else { form.submit(); }
    cleared = false;
  }
  form.addEventListener("submit", function (event) {
    var button = event.submitter || null;
    if (cleared) {
      save();
      if (!button || button.hasAttribute("data-send")) { store(window.sessionStorage, SENT, key()); }
      return;
    }
    if (!window.fetch || !window.Promise) { return; }
    event.preventDefault();
    var stop = form.querySelector("[data-stop-on]:not([hidden])");
    if (stop && (!button || button.hasAttribute("data-send"))) {
      trouble(words("stop"));
      var control = form.querySelector('[name="' + stop.getAttribute("data-stop-on") + '"]');
      if (control && control.offsetParent) { control.focus(); }
      return;
    }
    if (waiting) { return; }
    waiting = true;
    photosReady().then(network).then(function () {
      waiting = false;
      trouble("");
      send(button);
    }, function () {
      waiting = false;
      save();
      trouble(words("offline"));
    });
  });
  window.addEventListener("online", function () {
    if (!form.querySelector("[data-trouble]").hidden) { trouble(words("online")); }
  });

  form.addEventListener("input", saveLater);
  form.addEventListener("change", function (event) {
    if (event.target.type === "file") { photos(event.target); } else { saveLater(); }
  });
  window.addEventListener("pagehide", function () { if (timer) { clearTimeout(timer); save(); } });
  offer();
})();
