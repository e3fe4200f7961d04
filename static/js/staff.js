/* The request page of staff: quicker with script, whole without it. */
(function () {
  "use strict";

  function each(selector, root, action) {
    Array.prototype.forEach.call((root || document).querySelectorAll(selector), action);
  }

  function ask(url, then) {
    fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.json() : null; })
      .then(function (found) { if (found) { then(found); } })
      .catch(function () { /* without the network the buttons of the plain form are still there */ });
  }

  /* Closing: only what belongs to the chosen outcome is asked, and only its templates are offered. */
  function closings() {
    each("form[data-closing]", document, function (form) {
      function chosen() { return form.querySelector("input[name=outcome]:checked"); }
      function show() {
        var radio = chosen();
        var label = radio && form.querySelector('label[for="' + radio.id + '"]');
        each("[data-outcome]", form, function (part) {
          part.hidden = !radio || part.getAttribute("data-outcome") !== radio.value;
        });
        each("[data-reply] optgroup", form, function (group) {
          var fits = !label || group.label === label.textContent.trim();
          group.hidden = !fits;
          group.disabled = !fits;
        });
      }
      form.addEventListener("change", function (event) { if (event.target.name === "outcome") { show(); } });
      show();
    });
  }

  /* A chosen template stands in the answer at once; what was typed stays. */
  function replies() {
    each("select[data-reply]", document, function (select) {
      var form = select.form;
      var into = document.getElementById(select.getAttribute("data-into"));
      var button = form.querySelector("[data-fill]");
      var said = document.createElement("p");
      var last = "";
      if (!into) { return; }
      select.value = "";
      if (button) { button.parentNode.removeChild(button); }
      each("[data-enter]", form, function (spare) { spare.parentNode.removeChild(spare); });
      said.className = "hint";
      said.setAttribute("role", "status");
      select.parentNode.parentNode.appendChild(said);
      function put(found) {
        var radio = found.outcome && form.querySelector('input[name=outcome][value="' + found.outcome + '"]');
        var typed = into.value.trim();
        if (last && typed.indexOf(last) !== -1) {
          into.value = into.value.replace(last, function () { return found.text; });
        } else {
          into.value = typed ? typed + "\n\n" + found.text : found.text;
        }
        last = found.text;
        said.textContent = found.open;
        if (radio && !form.querySelector("input[name=outcome]:checked")) {
          radio.checked = true;
          radio.dispatchEvent(new Event("change", { bubbles: true }));
        }
      }
      select.addEventListener("change", function () {
        var number = form.querySelector("input[name=case_number]");
        if (!select.value) { return; }
        ask(select.getAttribute("data-reply") + "?for=" + (form.hasAttribute("data-closing") ? "close" : "note") +
          "&template=" + encodeURIComponent(select.value) +
          "&case_number=" + encodeURIComponent(number ? number.value : ""), put);
      });
    });
  }

  /* After an @ the names that begin like this are offered as buttons below the text. */
  function mentions() {
    each("textarea[data-names]", document, function (text) {
      var box = document.createElement("div");
      var timer = null;
      var asked = "";
      box.className = "cluster cluster--tight names";
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", "Colleagues");
      box.hidden = true;
      text.parentNode.insertBefore(box, text.nextSibling);

      function begun() {
        var found = /(?:^|[^\w.+@-])@([^\W\d_][\w.'’-]*(?: [\w.'’-]*)?)$/.exec(text.value.slice(0, text.selectionStart));
        return found ? found[1] : "";
      }
      function hide() { box.hidden = true; box.textContent = ""; asked = ""; }
      function put(name) {
        var start = text.selectionStart - begun().length;
        text.setRangeText(name + " ", start, text.selectionStart, "end");
        hide();
        text.focus();
      }
      function offer(names) {
        box.textContent = "";
        names.forEach(function (name) {
          var button = document.createElement("button");
          button.type = "button";
          button.className = "btn btn--secondary btn--small";
          button.textContent = name;
          button.addEventListener("click", function () { put(name); });
          box.appendChild(button);
        });
        box.hidden = !names.length;
      }
      text.addEventListener("input", function () {
        var word = begun();
        window.clearTimeout(timer);
        if (!word) { hide(); return; }
        timer = window.setTimeout(function () {
          asked = word;
          ask(text.getAttribute("data-names") + "?q=" + encodeURIComponent(word), function (found) {
            if (asked === begun()) { offer(found.names); }
          });
        }, 150);
      });
      text.addEventListener("keydown", function (event) {
        if (box.hidden) { return; }
        if (event.key === "Escape") { event.preventDefault(); hide(); }
        if (event.key === "ArrowDown" || (event.key === "Tab" && !event.shiftKey)) {
          event.preventDefault();
          box.firstChild.focus();
        }
      });
      box.addEventListener("keydown", function (event) {
        var to = { ArrowRight: "nextSibling", ArrowDown: "nextSibling", ArrowLeft: "previousSibling", ArrowUp: "previousSibling" }[event.key];
        if (event.key === "Escape") { event.preventDefault(); hide(); text.focus(); }
        if (to) {
          event.preventDefault();
          (document.activeElement[to] || (to === "previousSibling" ? text : document.activeElement)).focus();
        }
      });
    });
  }

  closings();
  replies();
  mentions();
}());
