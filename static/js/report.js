/* The report form: suggestions, what belongs to the kind and the place, sections that fold. It works without. */
(function () {
  "use strict";

  var SUGGEST_MS = 450;
  var ASIDE_MS = 200;
  var LEAST_LETTERS = 4;
  var WORDS_MOST = 200;
  var DESCRIPTION_MOST = 4000;
  var SAY_LEFT_BELOW = 600;
  var SENT = ["csrfmiddlewaretoken", "category", "description", "address", "latitude", "longitude", "place_note", "place_choice", "asked_address", "outside_ok", "anonymous"];
  var form = document.querySelector("[data-report]");
  if (!form) { return; }

  function each(selector, root, action) { Array.prototype.forEach.call(root.querySelectorAll(selector), action); }
  function part(name) { return document.querySelector('[data-part="' + name + '"]'); }
  function field(name) { return document.getElementById("id_" + name); }
  function words(name) { return form.getAttribute("data-say-" + name) || ""; }
  function category() { return form.querySelector('input[name="category"]:checked'); }
  function later(action, wait) {
    var timer = null;
    return function () { clearTimeout(timer); timer = setTimeout(action, wait); };
  }
  function say(text) { form.querySelector("[data-say]").textContent = text; }

  /* Kinds that fit the words, in the place of the often reported ones; nothing moves once a kind is chosen. */
  var suggestTurn = 0;
  function suggest() {
    var text = field("description").value.trim();
    var turn = (suggestTurn += 1);
    if (!window.fetch || text.length < LEAST_LETTERS || category()) { return; }
    fetch(form.getAttribute("data-suggest") + "q=" + encodeURIComponent(text.slice(0, WORDS_MOST)), { headers: { Accept: "application/json" } })
      .then(function (answer) { return answer.ok ? answer.json() : { categories: [] }; })
      .then(function (found) {
        if (turn === suggestTurn && !category() && found.categories.length) { showKinds(found.categories.slice(0, 3)); }
      }, function () { return undefined; });
  }

  function showKinds(kinds) {
    var top = form.querySelector("[data-top]");
    if (top.contains(document.activeElement)) { return; }
    var names = kinds.map(function (kind) { return kind.slug; });
    if (top.getAttribute("data-shown") === names.join()) { return; }
    top.setAttribute("data-shown", names.join());
    top.textContent = "";
    top.className = "kinds kinds--best";
    kinds.forEach(function (kind) {
      var tile = document.createElement("div");
      var input = document.createElement("input");
      var label = document.createElement("label");
      var group = document.createElement("span");
      tile.className = "tile";
      input.type = "radio";
      input.name = "category";
      input.value = kind.slug;
      input.id = "best_" + kind.slug;
      label.htmlFor = input.id;
      label.textContent = kind.name;
      group.textContent = kind.group;
      label.appendChild(group);
      tile.appendChild(input);
      tile.appendChild(label);
      top.appendChild(tile);
    });
    each(".choice input[name=category]", form, function (input) {
      input.parentNode.hidden = names.indexOf(input.value) >= 0;
    });
    form.querySelector("[data-top-title]").textContent = words("best");
    say(words("best") + ": " + kinds.map(function (kind) { return kind.name; }).join(", "));
  }

  /* What belongs to kind and place, asked for again when one of them changes. The newest question wins. */
  var running = null;
  function fetchAsides(pressed) {
    if (!window.fetch || !window.AbortController || !window.DOMParser) { return; }
    if (!category() && !field("latitude").value && !field("address").value) { return; }
    if (running) { running.abort(); }
    var mine = (running = new AbortController());
    var asked = field("address").value;
    fetch(form.getAttribute("data-aside"), {
      method: "POST", signal: mine.signal, body: typed(), credentials: "same-origin",
      headers: { "Content-Type": "application/x-www-form-urlencoded" }
    }).then(function (answer) { return answer.ok ? answer.text() : ""; }).then(function (html) {
      if (html && running === mine) { show(new DOMParser().parseFromString(html, "text/html"), asked, pressed === true); }
    }, function () { return undefined; });
  }

  function typed() {
    var pairs = [];
    Array.prototype.forEach.call(form.elements, function (control) {
      if (SENT.indexOf(control.name) < 0 && control.name.indexOf("q_") !== 0) { return; }
      if ((control.type === "radio" || control.type === "checkbox") && !control.checked) { return; }
      pairs.push(encodeURIComponent(control.name) + "=" + encodeURIComponent(control.value));
    });
    return pairs.join("&");
  }

  function show(answer, asked, pressed) {
    var kept = document.activeElement && document.activeElement.id;
    var before = document.activeElement;
    each("[data-part]", answer, function (fresh) {
      var name = fresh.getAttribute("data-part");
      var shown = part(name);
      if (!shown || same(name, shown, fresh)) { return; }
      while (shown.firstChild) { shown.removeChild(shown.firstChild); }
      while (fresh.firstChild) { shown.appendChild(document.importNode(fresh.removeChild(fresh.firstChild), true)); }
    });
    speak(answer.querySelector("[data-words]"));
    placed(asked, pressed);
    questions();
    contact();
    if (document.activeElement !== before && kept && document.getElementById(kept)) { document.getElementById(kept).focus({ preventScroll: true }); }
    announce();
    form.dispatchEvent(new CustomEvent("asides", { bubbles: true }));
  }

  /* Questions stay while the kind stays: what was answered is theirs. */
  function same(name, shown, fresh) {
    if (name === "kind") {
      var old = shown.querySelector("[data-kind]");
      var now = fresh.querySelector("[data-kind]");
      return (old && old.getAttribute("data-kind")) === (now && now.getAttribute("data-kind"));
    }
    return plain(shown) === plain(fresh);
  }
  function plain(node) { return node.innerHTML.replace(/value="[^"]{60,}"/g, "").replace(/ checked=""/g, "").replace(/\s+/g, " "); }

  function speak(told) {
    if (!told) { return; }
    var get = function (name) { return told.getAttribute("data-" + name) || ""; };
    document.querySelector("[data-title]").textContent = get("title");
    label("description", get("description"), get("description-hint"));
    label("address", get("place"), get("place-hint"));
    form.querySelector("[data-send]").textContent = get("send");
    document.getElementById("part_where").hidden = get("asks-place") === "0";
  }
  function label(name, text, hint) {
    var target = document.querySelector('label[for="id_' + name + '"]');
    var help = document.getElementById("id_" + name + "_helptext");
    if (target && target.firstChild && target.firstChild.nodeType === 3) { target.firstChild.nodeValue = text + " "; }
    if (help) { help.textContent = hint; }
  }

  /* The place the server found fills the fields that are still empty, but never under the hands of who types. */
  function placed(asked, pressed) {
    var found = part("place").querySelector("[data-latitude]");
    var address = field("address");
    if (!found || field("latitude").value || address.value !== asked || (document.activeElement === address && !pressed)) { return; }
    field("latitude").value = found.getAttribute("data-latitude");
    field("longitude").value = found.getAttribute("data-longitude");
    if (found.getAttribute("data-address")) { address.value = found.getAttribute("data-address"); }
    var map = document.getElementById("map");
    if (map) { map.dispatchEvent(new CustomEvent("place", { detail: { lat: Number(field("latitude").value), lon: Number(field("longitude").value), ask: false } })); }
  }

  var announced = "";
  function announce() {
    var lines = [];
    each("[data-part=place] .alert__title, [data-part=nearby] h2, [data-part=place] legend", document, function (node) { lines.push(node.textContent.trim()); });
    var text = lines.join(". ");
    if (text && text !== announced) { say(text); }
    announced = text;
  }

  /* Questions that depend on others, and answers that end the form. */
  function answers(name) {
    var chosen = [];
    Array.prototype.forEach.call(form.elements, function (control) {
      if (control.name !== name) { return; }
      if ((control.type !== "radio" && control.type !== "checkbox") || control.checked) { chosen.push(control.value); }
    });
    return chosen;
  }
  function questions() {
    each("[data-depends-on]", form, function (box) {
      var wanted = box.getAttribute("data-depends-values").split("|");
      var parent = form.querySelector('[name="' + box.getAttribute("data-depends-on") + '"]');
      var parentBox = parent && parent.closest("[data-depends-on]");
      box.hidden = Boolean(parentBox && parentBox.hidden) || !answers(box.getAttribute("data-depends-on")).some(function (value) { return wanted.indexOf(value) >= 0; });
      each(".question__if", box, function (hint) { hint.hidden = true; });
    });
    each("[data-stop-on]", form, function (note) {
      var box = note.closest(".question");
      var hit = !(box && box.hidden) && answers(note.getAttribute("data-stop-on")).indexOf(note.getAttribute("data-stop-value")) >= 0;
      if (note.hidden === hit) { note.hidden = !hit; }
    });
  }

  function contact() {
    var box = form.querySelector("input[name=anonymous]");
    form.querySelector("[data-contact]").hidden = Boolean(box && box.checked);
  }

  function count() {
    var left = DESCRIPTION_MOST - field("description").value.length;
    var text = left > SAY_LEFT_BELOW ? "" : words(left < 0 ? "over" : "left").replace("%s", String(Math.abs(left)));
    form.querySelector("[data-left]").textContent = text;
  }

  /* Sections fold to one line when done: only when "Next" is pressed, and one press opens them again. */
  function fold(section) {
    var head = section.querySelector("h2");
    var body = document.createElement("div");
    var line = document.createElement("div");
    var text = document.createElement("p");
    var open = document.createElement("button");
    var next = document.createElement("button");
    body.className = "part__body";
    body.id = section.id + "_body";
    while (head.nextSibling) { body.appendChild(head.nextSibling); }
    line.className = "part__line";
    line.hidden = true;
    open.type = next.type = "button";
    open.className = "btn btn--quiet btn--small";
    open.setAttribute("aria-expanded", "false");
    open.setAttribute("aria-controls", body.id);
    open.textContent = words("change") + " ";
    open.appendChild(hiddenText(head.textContent));
    next.className = "btn btn--secondary part__next";
    line.appendChild(text);
    line.appendChild(open);
    section.appendChild(line);
    section.appendChild(body);
    body.appendChild(next);
    head.tabIndex = -1;

    function following() {
      var after = section.nextElementSibling;
      while (after && (after.hidden || !after.querySelector("h2"))) { after = after.nextElementSibling; }
      return after && after.querySelector("h2");
    }
    function name() { next.textContent = words("next").replace("%s", following() ? following().textContent : ""); }
    name();
    form.addEventListener("asides", name);
    next.addEventListener("click", function () {
      var missing = missingIn(section);
      var target = following();
      if (missing) {
        say(words("missing").replace("%s", missing.name));
        missing.control.focus();
        return;
      }
      text.textContent = summary(section);
      line.hidden = false;
      body.hidden = true;
      if (target) {
        target.tabIndex = -1;
        target.focus({ preventScroll: true });
        target.scrollIntoView({ block: "start" });
      }
    });
    open.addEventListener("click", function () {
      line.hidden = true;
      body.hidden = false;
      head.focus();
    });
  }
  function hiddenText(text) {
    var node = document.createElement("span");
    node.className = "sr-only";
    node.textContent = text;
    return node;
  }
  function missingIn(section) {
    if (section.id !== "part_what") { return null; }
    if (!field("description").value.trim()) { return { name: document.querySelector('label[for="id_description"]').textContent.trim(), control: field("description") }; }
    if (!category()) { return { name: form.querySelector("[data-top-title]").textContent.trim(), control: form.querySelector("input[name=category]") }; }
    return null;
  }
  function summary(section) {
    if (section.id === "part_what") {
      var name = category() ? document.querySelector('label[for="' + category().id + '"]').firstChild.nodeValue : "";
      return [name, field("description").value.trim().slice(0, 80)].filter(Boolean).join(" · ");
    }
    if (section.id === "part_where") { return [field("address").value.trim(), field("place_note").value.trim()].filter(Boolean).join(" · ") || "–"; }
    if (section.id === "part_photos") {
      return words("photos").replace("%s", String((field("photos").files || []).length + form.querySelectorAll("input[name=kept_photo]").length));
    }
    var box = form.querySelector("input[name=anonymous]");
    return box && box.checked ? words("nobody") : field("email").value.trim() || field("name").value.trim() || field("phone").value.trim() || words("nobody");
  }

  var suggestLater = later(suggest, SUGGEST_MS);
  var asidesLater = later(fetchAsides, ASIDE_MS);
  form.addEventListener("input", function (event) {
    if (event.target === field("description")) { count(); suggestLater(); }
  });
  form.addEventListener("change", function (event) {
    var name = event.target.name || "";
    if (name.indexOf("q_") === 0) { questions(); }
    if (name === "anonymous") { contact(); return; }
    if (SENT.indexOf(name) >= 0 || name.indexOf("q_") === 0) { asidesLater(); }
  });
  form.addEventListener("place-set", asidesLater);
  form.addEventListener("restored", function () { count(); suggestLater(); asidesLater(); });
  form.querySelector("[data-find]").addEventListener("click", function (event) {
    if (!window.fetch || !window.AbortController) { return; }
    event.preventDefault();
    fetchAsides(true);
  });
  /* Enter in a line of text looks for the place or does nothing; it never sends the report. */
  form.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || event.defaultPrevented || event.target.tagName !== "INPUT" || /^(submit|button|file)$/.test(event.target.type)) { return; }
    event.preventDefault();
    if (event.target === field("address")) { fetchAsides(true); }
  });
  each(".plain-only", form, function (box) {
    box.hidden = true;
    each("button", box, function (button) { button.disabled = true; });
  });
  each(".part", form, function (section) { if (section.id !== "part_check") { fold(section); } });
  count();
  questions();
  contact();
})();
