/* The page of a report asks now and then whether there is news, and says so. It never jumps by itself. */
(function () {
  "use strict";

  var EVERY = 60000;
  var LONGEST = 15 * 60000;

  function printButtons() {
    Array.prototype.forEach.call(document.querySelectorAll("[data-print]"), function (button) {
      button.hidden = false;
      button.addEventListener("click", function () { window.print(); });
    });
  }

  function watch(box) {
    var mark = box.getAttribute("data-news-mark");
    var wait = EVERY;
    var timer = null;
    var last = Date.now();

    /* Few bytes: the answer is 304 without a body while nothing happened. People who save data are asked for rarely. */
    if (navigator.connection && navigator.connection.saveData) { wait = LONGEST; }

    function later() {
      window.clearTimeout(timer);
      timer = null;
      if (!document.hidden) { timer = window.setTimeout(ask, Math.max(0, last + wait - Date.now())); }
    }

    function tell() {
      var link = document.createElement("a");
      link.href = window.location.pathname + window.location.search;
      link.textContent = box.getAttribute("data-news-show");
      box.textContent = box.getAttribute("data-news-say") + " ";
      box.appendChild(link);
      box.className += " is-shown";
    }

    function ask() {
      var call = new XMLHttpRequest();
      last = Date.now();
      call.open("GET", box.getAttribute("data-news"));
      call.setRequestHeader("If-None-Match", '"' + mark + '"');
      call.timeout = 20000;
      call.onload = function () {
        var answer = null;
        if (call.status === 200) {
          try { answer = JSON.parse(call.responseText); } catch (error) { answer = null; }
        }
        if (answer && answer.state !== mark) { tell(); return; }
        if (call.status === 404 || (answer && !answer.open)) { return; }
        wait = call.status === 304 || answer ? Math.max(EVERY, Math.min(wait * 1.2, LONGEST)) : Math.min(wait * 2, LONGEST);
        later();
      };
      call.onerror = call.ontimeout = function () { wait = Math.min(wait * 2, LONGEST); later(); };
      call.send();
    }

    document.addEventListener("visibilitychange", function () {
      if (document.hidden) { window.clearTimeout(timer); timer = null; } else if (box.className.indexOf("is-shown") < 0) { later(); }
    });
    later();
  }

  printButtons();
  var box = document.querySelector("[data-news]");
  if (box) { watch(box); }
})();
