/* The phone desk: parts drawn anew while the operator types, keys, a timer, and patience with the network.
   Everything works without it. Nothing typed is stored in the browser: it stays on the page until it is sent. */
(function () {
  "use strict";

  var LOOK_MS = 350;
  var CALLER_MS = 200;
  var AGAIN_MS = 2000;
  var PHONE_DIGITS = 10;
  /* Where Enter leads from a line: past what was found, which may be long. */
  var NEXT = { phone: "description", name: "description", email: "description", address: "place_note", number: "pin" };
  var form = null;
  var lookTimer = null;
  var callerTimer = null;
  var running = null;
  var asked = "";
  var sending = false;
  var chosenByHand = false;
  var typedSomething = false;

  function byId(id) { return document.getElementById(id); }
  function field(name) { return byId("id_" + name); }
  function part(name) { return form.querySelector('[data-part="' + name + '"]'); }
  function each(list, action) { Array.prototype.forEach.call(list, action); }

  function begin() {
    form = document.querySelector("[data-desk]");
    if (!form) { return; }
    asked = "";
    chosenByHand = !!form.querySelector('input[name="category"]:checked');
    if (!form.querySelector("[data-focus-on-load]") && document.activeElement === document.body) { field(field("phone").value ? "description" : "phone").focus(); }
    tick();
  }

  /* Time since the call began. */
  function tick() {
    var clock = document.querySelector("[data-timer]");
    if (!clock) { return; }
    var seconds = Math.max(0, Math.floor((Date.now() - new Date(clock.getAttribute("data-timer")).getTime()) / 1000));
    clock.textContent = Math.floor(seconds / 60) + ":" + ("0" + (seconds % 60)).slice(-2);
  }

  function body(what) {
    var data = new URLSearchParams(new FormData(form));
    data.set("do", what);
    return data;
  }

  function post(url, data, signal) {
    return fetch(url, { method: "POST", body: data, credentials: "same-origin", signal: signal });
  }

  /* The caller's card, as soon as the number is whole. */
  function caller() {
    var digits = field("phone").value.replace(/[^0-9]/g, "");
    var anonymous = field("anonymous").checked;
    var wanted = anonymous ? "" : digits.slice(-PHONE_DIGITS);
    if (wanted === asked) { return; }
    if (wanted.length < PHONE_DIGITS) {
      asked = "";
      part("caller").textContent = "";
      return;
    }
    asked = wanted;
    post(form.getAttribute("data-caller"), body("look")).then(function (answer) { return answer.ok ? answer.text() : ""; })
      .then(function (html) {
        if (!html || asked !== wanted) { return; }
        swap(part("caller"), new DOMParser().parseFromString(html, "text/html").body);
        var card = part("caller").querySelector(".caller");
        each(["name", "email"], function (name) {
          var known = card ? card.getAttribute("data-" + name) : "";
          if (known && !field(name).value) { field(name).value = known; }
        });
      }, function () { asked = ""; });
  }

  function swap(old, fresh) {
    while (old.firstChild) { old.removeChild(old.firstChild); }
    while (fresh.firstChild) { old.appendChild(document.importNode(fresh.removeChild(fresh.firstChild), true)); }
  }

  /* What belongs to the words, the kind and the place. The newest question wins; a part somebody works in stays. */
  function look() {
    if (!window.fetch || !window.AbortController || sending) { return; }
    if (running) { running.abort(); }
    var mine = (running = new AbortController());
    var data = body("look");
    if (!chosenByHand) { data.delete("category"); data.set("auto", "on"); }
    post(form.action, data, mine.signal).then(function (answer) { return answer.ok ? answer.text() : ""; }).then(function (html) {
      if (!html || running !== mine) { return; }
      running = null;
      show(new DOMParser().parseFromString(html, "text/html"));
    }, function () { return undefined; });
  }

  function show(answer) {
    var before = document.activeElement;
    var id = before && before.id;
    each(["kinds", "kind", "place", "questions", "asked", "articles"], function (name) {
      var fresh = answer.querySelector('[data-part="' + name + '"]');
      var old = part(name);
      if (!fresh || !old || sameKind(name, old, fresh) || (name !== "kinds" && old.contains(before) && before.tagName !== "BUTTON")) { return; }
      swap(old, fresh);
    });
    questions();
    if (id && document.activeElement !== before && byId(id)) { byId(id).focus({ preventScroll: true }); }
  }

  function sameKind(name, old, fresh) {
    if (name !== "kind" && name !== "questions") { return false; }
    var mine = old.querySelector("[data-kind]");
    var theirs = fresh.querySelector("[data-kind]");
    return !!mine && !!theirs && mine.getAttribute("data-kind") === theirs.getAttribute("data-kind");
  }

  /* A question that hangs on an answer is there with that answer alone. */
  function questions() {
    each(form.querySelectorAll("[data-depends-on]"), function (box) {
      var wanted = box.getAttribute("data-depends-values").split("|");
      var given = Array.prototype.filter.call(form.elements, function (control) {
        return control.name === box.getAttribute("data-depends-on") && (control.checked || control.tagName === "SELECT") && wanted.indexOf(control.value) >= 0;
      });
      box.hidden = given.length === 0;
    });
    each(form.querySelectorAll("[data-stop-on]"), function (box) {
      box.hidden = !Array.prototype.some.call(form.elements, function (control) {
        return control.name === box.getAttribute("data-stop-on") && (control.checked || control.tagName === "SELECT") && control.value === box.getAttribute("data-stop-value");
      });
    });
  }

  function lookSoon() { clearTimeout(lookTimer); lookTimer = setTimeout(look, LOOK_MS); }

  /* Sending: the same key each time, so that a repeated sending is one call. Without a network it waits and tries again. */
  function send(what) {
    if (sending) { return; }
    sending = true;
    clearTimeout(lookTimer);
    if (running) { running.abort(); running = null; }
    attempt(body(what));
  }

  function attempt(data) {
    var lost = form.querySelector("[data-lost]");
    post(form.action, data).then(function (answer) {
      if (answer.status >= 502 && answer.status <= 504) { throw new Error("no answer"); }
      lost.hidden = true;
      if (answer.redirected) {
        typedSomething = false;
        /* the next call: its page came with the answer, and its message is shown once only */
        if (new URL(answer.url).pathname === new URL(form.action).pathname) { return answer.text().then(replace); }
        window.location.assign(answer.url);
        return undefined;
      }
      return answer.text().then(replace);
    }).catch(function () {
      lost.textContent = form.getAttribute("data-say-lost");
      lost.hidden = false;
      setTimeout(function () { attempt(data); }, AGAIN_MS);
    });
  }

  /* The screen came back with something to mend. */
  function replace(html) {
    var fresh = new DOMParser().parseFromString(html, "text/html");
    var main = fresh.getElementById("main");
    sending = false;
    if (!main || !main.querySelector("[data-desk]")) {
      var lost = form.querySelector("[data-lost]");
      lost.textContent = main ? main.textContent.replace(/\s+/g, " ").trim().slice(0, 300) : fresh.title;
      lost.hidden = false;
      return;
    }
    swap(byId("main"), main);
    begin();
    questions();
    document.dispatchEvent(new CustomEvent("places"));
    var summary = byId("main").querySelector("[data-focus-on-load]");
    if (summary) { summary.focus(); }
  }

  function open(id) {
    var box = byId(id);
    box.open = true;
    var control = box.querySelector("[data-topic], select, .panel__body button, .panel__body input");
    if (control) { control.focus(); }
  }

  function inField(target) { return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(radio|checkbox)$/.test(target.type); }

  function press(event) {
    if (!form || !form.isConnected) { return; }
    var key = event.key;
    if (key === "Enter" && (event.ctrlKey || event.altKey || event.metaKey)) {
      event.preventDefault();
      send("report");
    } else if (key === "Enter" && event.target.tagName === "INPUT" && form.contains(event.target) && !event.defaultPrevented) {
      event.preventDefault();
      if (NEXT[event.target.name]) { field(NEXT[event.target.name]).focus(); }
      lookSoon();
    } else if (key === "F2") { event.preventDefault(); open("desk-info");
    } else if (key === "F4") { event.preventDefault(); field("number").focus();
    } else if (key === "F6") {
      var near = form.querySelector("[data-nearby] [data-bump], [data-row] [data-bump]");
      event.preventDefault();
      if (near) { near.focus(); }
    } else if (key === "F8") { event.preventDefault(); open("desk-transfer");
    } else if (key === "F9") { event.preventDefault(); open("desk-back");
    } else if (!event.ctrlKey && !event.altKey && !event.metaKey && !inField(event.target)) {
      var row = event.target.closest ? event.target.closest("[data-row]") : null;
      var bump = row && key === "b" ? row.querySelector("[data-bump]") : null;
      var topic = /^[1-9]$/.test(key) && byId("desk-info").contains(event.target) ? form.querySelector('[data-topic="' + key + '"]') : null;
      if (bump || topic) { event.preventDefault(); send((bump || topic).value); }
    }
  }

  document.addEventListener("keydown", press);
  document.addEventListener("submit", function (event) {
    if (event.target !== form || !window.fetch) { return; }
    var button = event.submitter;
    event.preventDefault();
    if (!button || button.value === "look") { look(); } else { send(button.value); }
  });
  document.addEventListener("input", function (event) {
    if (!form || !form.contains(event.target)) { return; }
    typedSomething = true;
    if (event.target.name === "phone") { clearTimeout(callerTimer); callerTimer = setTimeout(caller, CALLER_MS); }
    if (event.target.name === "description") { lookSoon(); }
  });
  document.addEventListener("change", function (event) {
    if (!form || !form.contains(event.target)) { return; }
    var name = event.target.name;
    if (name === "phone" || name === "anonymous") { caller(); }
    if (name === "category" || name === "other") { chosenByHand = true; look(); }
    if (/^(address|place_choice|outside_ok|language|number|pin)$/.test(name)) { lookSoon(); }
    if (name.indexOf("q_") === 0) { questions(); }
  });
  document.addEventListener("place-set", lookSoon);
  window.addEventListener("beforeunload", function (event) {
    if (typedSomething && form && form.isConnected && (field("description").value || field("phone").value)) { event.preventDefault(); }
  });
  setInterval(tick, 1000);
  begin();
  if (form) { questions(); }
}());
