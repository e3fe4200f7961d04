/* Offers a draft back while the page is being built, so that nothing moves. It runs before the form is drawn. */
(function () {
  "use strict";

  var KEEP_DAYS = 30;
  var DAY_MS = 86400000;
  var box = document.querySelector("[data-draft-offer]");
  var draft = null;
  try { draft = JSON.parse(window.localStorage.getItem("civic311-report") || "null"); } catch (error) { return; }
  if (!box || !draft || !draft.at || draft.key === box.getAttribute("data-draft-offer")) { return; }
  var age = Date.now() - draft.at;
  if (age > KEEP_DAYS * DAY_MS) { window.localStorage.removeItem("civic311-report"); return; }
  var text = box.querySelector("[data-draft-words]");
  var how = age < 6 * DAY_MS ? { weekday: "long" } : { month: "long", day: "numeric" };
  text.textContent = text.getAttribute("data-say").replace("%s", new Date(draft.at).toLocaleDateString(document.documentElement.lang || "en", how));
  box.hidden = false;
})();
