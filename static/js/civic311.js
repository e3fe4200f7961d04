/* Small conveniences for every page. Everything works without them. */
(function () {
  "use strict";

  function each(selector, root, action) {
    Array.prototype.forEach.call((root || document).querySelectorAll(selector), action);
  }

  /* The error summary takes the focus; its links lead into the field, also into groups. */
  function focusSummary() {
    var summary = document.querySelector("[data-focus-on-load]");
    if (!summary) { return; }
    summary.focus();
    summary.addEventListener("click", function (event) {
      var link = event.target.closest ? event.target.closest("a") : null;
      var target = link && document.getElementById((link.getAttribute("href") || "").slice(1));
      if (!target) { return; }
      var control = target.tagName === "FIELDSET" ? target.querySelector("input:not([type=hidden]), select, textarea") : target;
      if (control) {
        event.preventDefault();
        (target.tagName === "FIELDSET" ? target : control.closest(".field") || control).scrollIntoView();
        control.focus({ preventScroll: true });
      }
    });
  }

  /* A second press within five seconds is ignored. The button stays enabled, so its name is sent and "back" works. */
  function guardDoubleSubmit() {
    document.addEventListener("submit", function (event) {
      var form = event.target;
      if (form.method !== "post" || form.hasAttribute("data-allow-repeat")) { return; }
      var last = Number(form.getAttribute("data-sent-at") || 0);
      var now = Date.now();
      if (now - last < 5000) { event.preventDefault(); return; }
      if (!event.defaultPrevented) { form.setAttribute("data-sent-at", String(now)); }
    });
    window.addEventListener("pageshow", function () {
      each("form[data-sent-at]", document, function (form) { form.removeAttribute("data-sent-at"); });
    });
  }

  /* Filters send themselves when a choice changes; text waits for Enter. htmx forms do it on their own. */
  function autoSubmitFilters() {
    document.addEventListener("change", function (event) {
      var form = event.target.form;
      if (!form || !form.hasAttribute("data-auto-submit") || form.hasAttribute("hx-get")) { return; }
      if (event.target.tagName !== "SELECT" && event.target.type !== "checkbox" && event.target.type !== "radio") { return; }
      if (form.requestSubmit) { form.requestSubmit(); } else { form.submit(); }
    });
    document.addEventListener("submit", function (event) {
      if (!event.target.hasAttribute("data-auto-submit")) { return; }
      each("input, select", event.target, function (control) {
        if (control.name && control.value === "" && control.type !== "submit") { control.disabled = true; }
      });
    });
    window.addEventListener("pageshow", function () {
      each("[data-auto-submit] :disabled", document, function (control) { control.disabled = false; });
    });
  }

  /* Menus made of <details> close on Escape and on a press elsewhere. */
  function closeMenus() {
    document.addEventListener("click", function (event) {
      each("details.menu[open]", document, function (menu) {
        if (!menu.contains(event.target)) { menu.open = false; }
      });
    });
    document.addEventListener("keydown", function (event) {
      if (event.key !== "Escape") { return; }
      each("details.menu[open]", document, function (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    });
  }

  /* Chosen photos are shown at once as small pictures; data: addresses, because the policy allows no blob:. */
  function previewUploads() {
    each("[data-upload]", document, function (box) {
      var input = box.querySelector("input[type=file]");
      var list = box.querySelector("[data-upload-list]");
      var status = box.querySelector("[data-upload-status]");
      if (!input || !list || !window.FileReader) { return; }
      input.addEventListener("change", function () {
        var files = Array.prototype.slice.call(input.files || []);
        list.textContent = "";
        list.hidden = files.length === 0;
        files.forEach(function (file) {
          var item = document.createElement("li");
          var name = document.createElement("span");
          name.textContent = file.name;
          item.appendChild(name);
          list.appendChild(item);
          showThumbnail(file, item);
        });
        var limit = Number(box.getAttribute("data-limit") || 0);
        status.textContent = limit && files.length > limit ? box.getAttribute("data-too-many") : String(files.length);
        status.className = limit && files.length > limit ? "error" : "sr-only";
      });
    });
  }

  function showThumbnail(file, item) {
    if (!window.createImageBitmap || file.size > 40000000) { return; }
    window.createImageBitmap(file, { resizeWidth: 288, resizeQuality: "medium" }).then(function (bitmap) {
      var canvas = document.createElement("canvas");
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      canvas.getContext("2d").drawImage(bitmap, 0, 0);
      var image = document.createElement("img");
      image.alt = "";
      image.width = 144;
      image.height = 144;
      image.src = canvas.toDataURL("image/jpeg", 0.7);
      item.insertBefore(image, item.firstChild);
    }, function () { return undefined; });
  }

  /* Installable: the worker keeps static files and the page shown without a network. */
  function install() {
    if (!navigator.serviceWorker || !document.querySelector("link[rel=manifest]")) { return; }
    window.addEventListener("load", function () {
      navigator.serviceWorker.register("/sw.js").catch(function () { return undefined; });
    });
  }

  /* The receipt: what was kept on the device for this report goes. */
  function receipt() {
    if (!document.querySelector("[data-receipt]")) { return; }
    try {
      var draft = JSON.parse(window.localStorage.getItem("civic311-report") || "null");
      if (draft && draft.key === window.sessionStorage.getItem("civic311-sent")) { window.localStorage.removeItem("civic311-report"); }
    } catch (error) { return; }
  }

  /* Copy the address of a page, or hand it to the phone's own way of sharing. */
  function copying() {
    each("[data-copy]", document, function (button) {
      var field = document.getElementById(button.getAttribute("data-copy"));
      if (!field || !navigator.clipboard) { return; }
      button.hidden = false;
      button.addEventListener("click", function () {
        navigator.clipboard.writeText(field.value).then(function () {
          var status = document.querySelector("[data-copy-status]");
          if (status) { status.textContent = button.getAttribute("data-copied"); }
        }, function () { field.select(); });
      });
    });
  }

  function start() {
    install();
    copying();
    receipt();
    focusSummary();
    guardDoubleSubmit();
    autoSubmitFilters();
    closeMenus();
    previewUploads();
  }

  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
