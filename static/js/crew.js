/* The crew's outbox: what is pressed without reception is kept on the phone and sent later, once.
   Pages of the day's jobs are kept as well, for a day, for the person signed in; nothing else of the staff's pages is. */
(function () {
  "use strict";

  var box = document.querySelector("[data-crew]");
  if (!box || !window.indexedDB || !window.fetch || !window.Promise || !window.FormData) { return; }

  var DAY = 24 * 3600 * 1000;
  var AGAIN = 60000;
  var PATIENCE = 30000;
  var KEEP_EVERY = 120000;
  var SIDE = 1600;
  var shell = document.querySelector("[data-crew-shell]");
  var line = box.querySelector("[data-crew-line]");
  var problems = box.querySelector("[data-crew-problems]");
  var busy = null;
  var timer = null;

  function say(name) { return box.getAttribute("data-say-" + name) || ""; }
  function show(text) { line.textContent = text; line.hidden = !text; }

  /* The store: "outbox" in the order it was pressed, "pages" by name. */
  var opened = new Promise(function (give, fail) {
    var call = window.indexedDB.open("civic311-crew", 1);
    call.onupgradeneeded = function () {
      call.result.createObjectStore("outbox", { keyPath: "key" });
      call.result.createObjectStore("pages", { keyPath: "name" });
    };
    call.onsuccess = function () { give(call.result); };
    call.onerror = function () { fail(call.error); };
  });
  function run(store, mode, action) {
    return opened.then(function (database) {
      return new Promise(function (give, fail) {
        var work = database.transaction(store, mode);
        var call = action(work.objectStore(store));
        work.oncomplete = function () { give(call ? call.result : undefined); };
        work.onabort = work.onerror = function () { fail(work.error); };
      });
    });
  }
  function put(store, value) { return run(store, "readwrite", function (all) { return all.put(value); }); }
  function drop(store, key) { return run(store, "readwrite", function (all) { return all.delete(key); }); }
  function get(store, key) { return run(store, "readonly", function (all) { return all.get(key); }); }
  function entries() {
    return run("outbox", "readonly", function (all) { return all.getAll(); }).then(function (found) {
      return found.sort(function (one, other) { return one.at - other.at; });
    });
  }

  function newKey() {
    var bytes = new Uint8Array(16);
    window.crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
  }

  function ask(url, options) {
    var stop = window.AbortController ? new AbortController() : null;
    var late = window.setTimeout(function () { if (stop) { stop.abort(); } }, PATIENCE);
    options.credentials = "same-origin";
    if (stop) { options.signal = stop.signal; }
    return fetch(url, options).then(function (answer) { window.clearTimeout(late); return answer; }, function (error) { window.clearTimeout(late); throw error; });
  }
  function isJson(answer) { return (answer.headers.get("Content-Type") || "").indexOf("application/json") === 0; }

  /* Photos go out small: upright, 1,600 pixels. Where the browser cannot, the original is sent. */
  function smaller(file) {
    if (!window.createImageBitmap || file.size < 300000) { return Promise.resolve(file); }
    return window.createImageBitmap(file, { imageOrientation: "from-image" }).then(function (bitmap) {
      var scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
      var canvas = document.createElement("canvas");
      canvas.width = Math.round(bitmap.width * scale);
      canvas.height = Math.round(bitmap.height * scale);
      canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      return new Promise(function (give) {
        canvas.toBlob(function (blob) { give(blob && blob.size < file.size ? blob : file); }, "image/jpeg", 0.8);
      });
    }).catch(function () { return file; });
  }

  /* What a form would send, with the pressed button; the key is new for each press, because a kept page is pressed more than once. */
  function read(form, button) {
    var fields = [];
    var typed = [];
    var data = new FormData(form);
    data.forEach(function (value, name) {
      if (name === "csrfmiddlewaretoken" || name === "key" || (typeof value !== "string" && !value.size)) { return; }
      fields.push([name, value]);
      var field = form.querySelector("[name='" + name + "']");
      if (typeof value === "string" && value && field && (field.tagName === "TEXTAREA" || field.type === "text")) { typed.push(value); }
    });
    if (button && button.name) { fields.push([button.name, button.value]); }
    return Promise.all(fields.map(function (pair) {
      return typeof pair[1] === "string" ? pair : smaller(pair[1]).then(function (blob) { return [pair[0], blob, pair[1].name || "photo.jpg"]; });
    })).then(function (ready) { return { fields: ready, typed: typed }; });
  }

  function press(form, button) {
    var job = form.closest("[data-job]");
    var already = form.querySelector("[role=alert]");
    if (already) { already.parentNode.removeChild(already); }
    if (form.hasAttribute("data-crew-busy")) { return; }
    form.setAttribute("data-crew-busy", "");
    show(say("sending"));
    var entry = { key: newKey(), url: form.getAttribute("action"), label: form.getAttribute("data-crew-form"), number: job ? job.getAttribute("data-job") : "", at: Date.now(), problem: "" };
    whose().then(function (user) {
      entry.user = user;
      return read(form, button);
    }).then(function (sent) {
      entry.fields = sent.fields;
      entry.typed = sent.typed;
      return put("outbox", entry);
    }).then(function () { return flush(entry.key); }).then(function (answer) {
      form.removeAttribute("data-crew-busy");
      if (!answer) { mark(entry.number); return undefined; }
      if (answer.state === "saved") { window.location.assign(answer.url); return undefined; }
      return drop("outbox", entry.key).then(function () { refuse(form, answer); return tell(); });
    }).catch(function () {
      /* A phone that cannot keep anything sends the form the plain way. */
      form.removeAttribute("data-crew-busy");
      show("");
      form.submit();
    });
  }

  function refuse(form, answer) {
    var words = document.createElement("div");
    words.className = "alert alert--error";
    words.setAttribute("role", "alert");
    lines(words, answer.message);
    if (answer.url) { words.appendChild(link(answer.url, say("open"))); }
    form.insertBefore(words, form.firstChild);
    words.scrollIntoView({ block: "nearest" });
  }
  function lines(parent, text) {
    String(text || "").split("\n").forEach(function (each) {
      var paragraph = document.createElement("p");
      paragraph.textContent = each;
      parent.appendChild(paragraph);
    });
  }
  function link(url, text) {
    var anchor = document.createElement("a");
    anchor.href = url;
    anchor.textContent = text;
    return anchor;
  }

  /* Send what waits, the oldest first. Gives the answer to the entry named, or nothing when it was not reached. */
  function flush(wanted) {
    if (busy) { return busy.then(function () { return flush(wanted); }); }
    busy = sendAll(wanted).then(function (answer) { busy = null; return tell().then(function () { return answer; }); }, function (error) { busy = null; throw error; });
    return busy;
  }
  function sendAll(wanted) {
    return entries().then(function (all) {
      var waiting = all.filter(function (entry) { return !entry.problem; });
      if (!waiting.length) { return undefined; }
      return ask(box.getAttribute("data-token-url"), { headers: { Accept: "application/json" }, cache: "no-store" }).then(function (answer) {
        if (!answer.ok || !isJson(answer)) { show(say("sign-in")); return undefined; }
        return answer.json().then(function (fresh) { return sendEach(waiting, fresh, wanted); });
      }, function () { return undefined; });
    });
  }
  function sendEach(waiting, fresh, wanted) {
    var result;
    return waiting.reduce(function (before, entry) {
      return before.then(function (goesOn) {
        if (goesOn === false || entry.user !== String(fresh.user)) { return goesOn; }
        return send(entry, fresh.token).then(function (answer) {
          if (!answer) { return false; }
          if (entry.key === wanted) { result = answer; }
          if (answer.state === "saved") { return drop("outbox", entry.key).then(function () { return true; }); }
          entry.problem = answer.message;
          entry.open = answer.url || "";
          return put("outbox", entry).then(function () { return true; });
        });
      });
    }, Promise.resolve(true)).then(function () { return result; });
  }
  function send(entry, token) {
    var data = new FormData();
    entry.fields.forEach(function (pair) { if (pair.length > 2) { data.append(pair[0], pair[1], pair[2]); } else { data.append(pair[0], pair[1]); } });
    data.append("key", entry.key);
    return ask(entry.url, { method: "POST", body: data, headers: { Accept: "application/json", "X-CSRFToken": token } }).then(function (answer) {
      if (isJson(answer)) { return answer.json(); }
      if (answer.status >= 500 || answer.redirected) { show(say("failed")); return undefined; }
      return { state: "refused", message: answer.status + " " + say("not-saved"), url: "" };
    }, function () { return undefined; });
  }

  /* The quiet line, and what could not be saved with the words typed. */
  function tell() {
    return entries().then(function (all) {
      var waiting = all.filter(function (entry) { return !entry.problem; });
      window.clearTimeout(timer);
      if (!waiting.length) { show(""); } else {
        show((waiting.length === 1 ? say("one") : say("many").replace("%s", waiting.length)) + " " + say("kept"));
        timer = window.setTimeout(function () { flush(); }, AGAIN);
      }
      waiting.forEach(function (entry) { mark(entry.number); });
      problems.textContent = "";
      all.filter(function (entry) { return entry.problem; }).forEach(function (entry) { problems.appendChild(trouble(entry)); });
    });
  }
  function mark(number) {
    Array.prototype.forEach.call(document.querySelectorAll("[data-job]"), function (card) {
      if (!number || card.getAttribute("data-job") !== number || card.querySelector(".job__waits")) { return; }
      var words = document.createElement("p");
      words.className = "job__waits";
      words.textContent = say("waits");
      card.appendChild(words);
    });
  }
  function trouble(entry) {
    var part = document.createElement("div");
    part.className = "alert alert--error";
    var title = document.createElement("p");
    title.className = "alert__title";
    title.textContent = say("not-saved") + ": " + entry.number + " " + entry.label;
    part.appendChild(title);
    lines(part, entry.problem);
    if (entry.typed.length) { lines(part, say("typed") + " " + entry.typed.join("\n")); }
    if (entry.open) { part.appendChild(link(entry.open, say("open"))); part.appendChild(document.createTextNode(" ")); }
    var away = document.createElement("button");
    away.type = "button";
    away.className = "btn btn--secondary btn--small";
    away.textContent = say("drop");
    away.addEventListener("click", function () { drop("outbox", entry.key).then(tell); });
    part.appendChild(away);
    return part;
  }

  /* Whose phone this is: the page says it; the page without reception knows it from what was kept. */
  function whose() {
    var user = box.getAttribute("data-user");
    if (user) { return Promise.resolve(user); }
    return get("pages", "list").then(function (page) { return page ? page.user : ""; });
  }

  /* Keep the list and the jobs for a day. Another person's pages go first. */
  function keep() {
    var user = box.getAttribute("data-user");
    var list = document.querySelector("[data-crew-keep=list]");
    if (!user || !list || shell) { return; }
    get("pages", "list").then(function (before) {
      if (before && before.user !== user) { return run("pages", "readwrite", function (all) { return all.clear(); }).then(function () { return undefined; }); }
      return before;
    }).then(function (before) {
      var fresh = before && Date.now() - before.full < KEEP_EVERY;
      var page = { name: "list", user: user, at: Date.now(), full: fresh ? before.full : Date.now(), html: list.outerHTML };
      return put("pages", page).then(function () { return fresh ? undefined : keepJobs(user); });
    }).catch(function () { return undefined; });
  }
  function keepJobs(user) {
    return ask(box.getAttribute("data-kept-url"), {}).then(function (answer) {
      if (!answer.ok || answer.redirected) { return undefined; }
      return answer.text().then(function (text) {
        var found = new DOMParser().parseFromString(text, "text/html").querySelectorAll("[data-crew-keep]");
        return Promise.all(Array.prototype.map.call(found, function (part) {
          return put("pages", { name: part.getAttribute("data-crew-keep"), user: user, at: Date.now(), html: part.outerHTML });
        }));
      });
    });
  }

  /* Without reception the worker answers with an empty page; it fills itself from what was kept. */
  function fillShell() {
    var list = box.getAttribute("data-list-url");
    var path = window.location.pathname;
    var name = path === list ? "list" : path.slice(list.length).replace(/\/.*$/, "");
    get("pages", name).then(function (page) {
      if (!page || Date.now() - page.at > DAY) {
        lines(shell, say("nothing"));
        return page ? drop("pages", name) : undefined;
      }
      var part = document.importNode(new DOMParser().parseFromString(page.html, "text/html").body, true);
      shell.textContent = "";
      lines(shell, say("offline").replace("%s", new Date(page.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })));
      while (part.firstChild) { shell.appendChild(part.firstChild); }
      return tell();
    }).catch(function () { lines(shell, say("nothing")); });
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.hasAttribute("data-crew-form")) { return; }
    event.preventDefault();
    press(form, event.submitter || document.activeElement);
  }, true);
  window.addEventListener("online", function () {
    flush().then(function () { if (shell) { window.location.reload(); } }, function () { return undefined; });
  });
  if (navigator.serviceWorker) { navigator.serviceWorker.register("/sw.js").catch(function () { return undefined; }); }
  if (shell) { fillShell(); }
  flush().then(keep, keep);
})();
