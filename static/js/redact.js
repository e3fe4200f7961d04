/* Drawing boxes over a photo, and taking marked words over. The form with its numbers works without any of it. */
(function () {
  "use strict";

  var SVG = "http://www.w3.org/2000/svg";
  var FIELDS = ["x", "y", "width", "height"];
  var STEP = 1;
  var LEAST = 0.5;

  function rounded(value) { return Math.round(value * 10) / 10; }

  function between(value, least, most) { return Math.min(Math.max(value, least), most); }

  function drawing(form) {
    var canvas = form.querySelector("[data-canvas]");
    var how = form.querySelector("[data-how]");
    var add = form.querySelector("[data-add]");
    var more = form.querySelector("[data-more]");
    var rows = form.querySelector("[data-rows]");
    var picture = canvas.querySelector("img");
    var layer = document.createElementNS(SVG, "svg");
    var drawn = null;

    function inputs(row) { return FIELDS.map(function (name) { return row.querySelector('[name="' + name + '"]'); }); }

    function allRows() { return Array.prototype.slice.call(rows.querySelectorAll("[data-row]")); }

    function isEmpty(row) { return inputs(row).every(function (input) { return !input.value.trim(); }); }

    function freeRow() {
      var free = allRows().filter(isEmpty)[0];
      if (free) { return free; }
      var all = allRows();
      if (all.length >= 20) { return null; }
      var copy = all[0].cloneNode(true);
      var number = String(all.length + 1);
      copy.querySelector(".box-row__number").textContent = number;
      copy.setAttribute("aria-label", all[0].getAttribute("aria-label").replace("1", number));
      inputs(copy).forEach(function (input) { input.value = ""; input.removeAttribute("aria-invalid"); });
      rows.appendChild(copy);
      return copy;
    }

    function write(row, box) {
      inputs(row).forEach(function (input, at) { input.value = box ? String(rounded(box[at])) : ""; });
      paint();
    }

    function read(row) {
      var box = inputs(row).map(function (input) { return parseFloat(input.value.replace(",", ".")); });
      return box.every(isFinite) && box[2] > 0 && box[3] > 0 ? box : null;
    }

    function paint() {
      var focused = document.activeElement && document.activeElement.getAttribute("data-for");
      while (layer.firstChild) { layer.removeChild(layer.firstChild); }
      allRows().forEach(function (row, at) {
        var box = read(row);
        if (!box) { return; }
        var rect = document.createElementNS(SVG, "rect");
        FIELDS.forEach(function (name, index) { rect.setAttribute(name, String(box[index])); });
        rect.setAttribute("tabindex", "0");
        rect.setAttribute("role", "button");
        rect.setAttribute("data-for", String(at));
        rect.setAttribute("aria-label", how.getAttribute("data-name").replace("%s", String(at + 1)));
        rect.addEventListener("keydown", function (event) { onKey(event, row, at); });
        layer.appendChild(rect);
        if (String(at) === focused) { rect.focus(); }
      });
    }

    function focusOn(at) {
      var rect = layer.querySelector('[data-for="' + at + '"]');
      if (rect) { rect.focus(); }
    }

    function onKey(event, row, at) {
      var ways = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
      var way = ways[event.key];
      var box = read(row);
      if (event.key === "Delete" || event.key === "Backspace") {
        event.preventDefault();
        write(row, null);
        add.querySelector("button").focus();
        return;
      }
      if (!way || !box) { return; }
      event.preventDefault();
      if (event.shiftKey) {
        box[2] = between(box[2] + way[0], LEAST, 100 - box[0]);
        box[3] = between(box[3] + way[1], LEAST, 100 - box[1]);
      } else {
        box[0] = between(box[0] + way[0], 0, 100 - box[2]);
        box[1] = between(box[1] + way[1], 0, 100 - box[3]);
      }
      write(row, box);
      focusOn(at);
    }

    function pointOf(event) {
      var frame = layer.getBoundingClientRect();
      return [
        between((event.clientX - frame.left) / frame.width * 100, 0, 100),
        between((event.clientY - frame.top) / frame.height * 100, 0, 100)
      ];
    }

    function stretch(event) {
      var end = pointOf(event);
      var start = drawn.start;
      write(drawn.row, [
        Math.min(start[0], end[0]), Math.min(start[1], end[1]),
        Math.max(Math.abs(end[0] - start[0]), 0.1), Math.max(Math.abs(end[1] - start[1]), 0.1)
      ]);
    }

    layer.addEventListener("pointerdown", function (event) {
      var row = event.isPrimary && event.button === 0 ? freeRow() : null;
      if (!row) { return; }
      event.preventDefault();
      drawn = { row: row, start: pointOf(event) };
      layer.setPointerCapture(event.pointerId);
    });
    layer.addEventListener("pointermove", function (event) { if (drawn) { stretch(event); } });
    layer.addEventListener("pointerup", function (event) {
      if (!drawn) { return; }
      stretch(event);
      var box = read(drawn.row);
      if (!box || box[2] < LEAST || box[3] < LEAST) { write(drawn.row, null); }
      drawn = null;
    });
    layer.addEventListener("pointercancel", function () { drawn = null; });

    layer.setAttribute("viewBox", "0 0 100 100");
    layer.setAttribute("preserveAspectRatio", "none");
    layer.setAttribute("role", "group");
    layer.setAttribute("aria-label", how.getAttribute("data-area"));
    picture.src = canvas.getAttribute("data-photo");
    picture.width = Number(canvas.getAttribute("data-width"));
    picture.height = Number(canvas.getAttribute("data-height"));
    picture.alt = "";
    canvas.appendChild(layer);
    how.textContent = how.getAttribute("data-words");
    add.hidden = false;
    add.querySelector("button").addEventListener("click", function () {
      var row = freeRow();
      if (!row) { return; }
      write(row, [40, 40, 20, 20]);
      focusOn(allRows().indexOf(row));
    });
    if (more) {
      more.hidden = true;
    }
    rows.addEventListener("input", paint);
    paint();
  }

  function marking(area) {
    var holder = document.querySelector("[data-take]");
    holder.hidden = false;
    // Pressing a button would drop the selection: it is read before.
    holder.querySelector("button").addEventListener("mousedown", function (event) { event.preventDefault(); });
    holder.querySelector("button").addEventListener("click", function () {
      var words = String(window.getSelection()).replace(/\s+/g, " ").trim();
      if (words) { area.value = (area.value.trim() ? area.value.replace(/\s+$/, "") + "\n" : "") + words; }
      area.focus();
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll("[data-redact]"), drawing);
  Array.prototype.forEach.call(document.querySelectorAll("[data-phrases]"), marking);
}());
