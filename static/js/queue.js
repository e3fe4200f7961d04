/* The queue by keyboard, a look inside beside the list, and the count of the chosen. The page is whole without it. */
(function () {
  "use strict";

  /* the line that was left last, by its id: classes do not outlive the exchange of the list */
  var current = "";

  function list() { return document.querySelector("[data-queue]"); }
  function rows() { return Array.prototype.slice.call(document.querySelectorAll(".table--queue tbody tr")); }
  function main(row) { return row.querySelector(".rowlink__main"); }
  function say(text) {
    var status = document.querySelector("[data-said]");
    if (status) { status.textContent = text; }
  }

  /* The line the focus is in, or the one that was left last. */
  function here() {
    var row = document.activeElement && document.activeElement.closest ? document.activeElement.closest(".table--queue tbody tr") : null;
    return row || (current && document.getElementById(current)) || document.querySelector(".table--queue tr.is-here") || document.querySelector(".table--queue tr:target");
  }

  function go(row) {
    if (!row) { return; }
    rows().forEach(function (one) { one.classList.remove("is-here"); });
    row.classList.add("is-here");
    current = row.id;
    main(row).focus();
    if (row.scrollIntoView) { row.scrollIntoView({ block: "nearest" }); }
    var box = document.getElementById("peek");
    if (box && !box.hidden) { peek(row); }
  }

  function step(by) {
    var all = rows();
    var row = here();
    if (!all.length) { return; }
    if (!row) { go(by > 0 ? all[0] : all[all.length - 1]); return; }
    go(all[Math.max(0, Math.min(all.length - 1, all.indexOf(row) + by))]);
  }

  function peek(row) {
    var box = document.getElementById("peek");
    var link = row && row.querySelector(".peek");
    if (!box || !link || !window.fetch) { return; }
    fetch(link.href, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.text();
    }).then(function (text) {
      /* our own server's page: parsed, never run */
      var found = new DOMParser().parseFromString(text, "text/html").body;
      box.textContent = "";
      while (found.firstChild) { box.appendChild(document.adoptNode(found.firstChild)); }
      box.hidden = false;
      box.parentNode.classList.add("has-peek");
    }, function () { window.location.href = main(row).href; });
  }

  function closePeek() {
    var box = document.getElementById("peek");
    if (!box || box.hidden) { return false; }
    box.hidden = true;
    box.textContent = "";
    box.parentNode.classList.remove("has-peek");
    var row = here();
    if (row) { main(row).focus(); }
    return true;
  }

  /* Assign to me: the same form the request's page has, sent from here; the list is drawn anew and the focus stays. */
  function take(row) {
    var token = document.querySelector("[name=csrfmiddlewaretoken]");
    var box = list();
    if (!row || !token || !document.getElementById("bulk-bar")) { return; }
    var words = new URLSearchParams();
    var number = main(row).textContent;
    words.set("csrfmiddlewaretoken", token.value);
    words.set("version", row.getAttribute("data-version"));
    words.set("assignee", box.getAttribute("data-me"));
    fetch(main(row).pathname + "do/assign/", { method: "POST", body: words, credentials: "same-origin", redirect: "manual" }).then(function (answer) {
      /* done leads elsewhere; anything else is a page that says why not */
      var done = answer.type === "opaqueredirect";
      say((done ? box.getAttribute("data-say-mine") : box.getAttribute("data-say-not")).replace("{n}", number));
      if (done) { again(row.id, number); } else { row.classList.add("is-refused"); }
    }, function () { say(box.getAttribute("data-say-not").replace("{n}", number)); });
  }

  function again(id) {
    var all = rows();
    var at = all.map(function (row) { return row.id; }).indexOf(id);
    var said = document.querySelector("[data-said]").textContent;
    var ticked = Array.prototype.map.call(document.querySelectorAll(".table--queue input[name=n]:checked"), function (box) { return box.value; });
    if (!window.htmx) { window.location.reload(); return; }
    window.htmx.ajax("GET", window.location.pathname + window.location.search, { target: "#list", select: "#list", swap: "outerHTML" }).then(function () {
      var fresh = rows();
      go(document.getElementById(id) || fresh[Math.min(at, fresh.length - 1)]);
      Array.prototype.forEach.call(document.querySelectorAll(".table--queue input[name=n]"), function (box) { box.checked = box.checked || ticked.indexOf(box.value) >= 0; });
      chosen();
      say(said);
    });
  }

  function toggle(row) {
    var box = row && row.querySelector("input[name=n]");
    if (box) { box.checked = !box.checked; chosen(); }
  }

  function chosen() {
    var status = document.querySelector("[data-chosen]");
    if (!status) { return; }
    var count = document.querySelectorAll(".table--queue input[name=n]:checked").length;
    status.textContent = count ? status.getAttribute("data-chosen-words").replace("{n}", count) : "";
    rows().forEach(function (row) {
      var box = row.querySelector("input[name=n]");
      row.classList.toggle("is-selected", !!box && box.checked);
    });
  }

  function help() {
    var menu = document.getElementById("keys-help");
    if (!menu) { return; }
    menu.open = !menu.open;
    if (menu.open) { menu.querySelector("summary").focus(); }
  }

  function press(id) {
    var link = document.getElementById(id);
    if (link) { link.click(); }
  }

  var KEYS = {
    j: function () { step(1); },
    k: function () { step(-1); },
    o: function () { var row = here(); if (row) { main(row).click(); } },
    p: function () { var row = here(); if (row) { peek(row); } },
    a: function () { take(here()); },
    x: function () { toggle(here()); },
    n: function () { press("page-next"); },
    "?": help
  };

  document.addEventListener("keydown", function (event) {
    var at = event.target;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "Escape") { closePeek(); return; }
    var typing = at.isContentEditable || /^(SELECT|TEXTAREA)$/.test(at.tagName) || (at.tagName === "INPUT" && at.type !== "checkbox");
    if (typing || !document.querySelector("[data-keys]") || (at.closest && at.closest(".leaflet-container"))) { return; }
    if (Object.prototype.hasOwnProperty.call(KEYS, event.key)) {
      event.preventDefault();
      KEYS[event.key]();
    }
  });

  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("a.peek") : null;
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      var row = link.closest("tr");
      go(row);
      peek(row);
    } else if (event.target.closest && event.target.closest("[data-peek-close]")) { closePeek(); }
  });

  document.addEventListener("change", function (event) {
    if (event.target.name === "n") { chosen(); }
  });

  /* Back from a request: the line it was opened from has the focus. */
  function returned() {
    var row = window.location.hash.indexOf("#r-") === 0 && document.getElementById(window.location.hash.slice(1));
    if (row) { go(row); }
    chosen();
  }

  /* after the browser went to the line itself, which takes the focus away */
  window.addEventListener("load", function () { window.setTimeout(returned, 0); });
})();
