/* The service worker: static files, the offline page and the crew's empty one, nothing else. Pages always come from the network. */
(function () {
  "use strict";

  var KEEP = "civic311-1";
  var OFFLINE = "/offline/";
  var CREW = "/crew/";
  var CREW_OFFLINE = "/crew/offline/";
  var STATIC = "/static/";

  /* The offline pages and the files they name; a file that fails does not stop the rest. */
  function fill() {
    return caches.open(KEEP).then(function (cache) {
      return Promise.all([OFFLINE, CREW_OFFLINE].map(page)).then(function (pages) {
        var names = [].concat.apply([], pages.map(function (each) { return each.names; })).filter(function (name, at, all) { return all.indexOf(name) === at; });
        return clean(cache, names).then(function () {
          return Promise.all(pages.map(function (each) { return cache.put(each.path, each.answer); }).concat(names.map(function (name) {
            return cache.add(name).catch(function () { return undefined; });
          })));
        });
      });
    });
  }
  function page(path) {
    return fetch(path, { credentials: "omit", cache: "reload" }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.clone().text().then(function (text) {
        return { path: path, answer: answer, names: text.match(/\/static\/[\w./-]+\.(?:css|js|svg)/g) || [] };
      });
    });
  }

  /* Files of an earlier release go. */
  function clean(cache, names) {
    return cache.keys().then(function (kept) {
      return Promise.all(kept.filter(function (request) {
        return names.indexOf(new URL(request.url).pathname) < 0;
      }).map(function (request) { return cache.delete(request); }));
    });
  }

  self.addEventListener("install", function (event) {
    event.waitUntil(fill().then(function () { return self.skipWaiting(); }));
  });

  self.addEventListener("activate", function (event) {
    event.waitUntil(caches.keys().then(function (names) {
      return Promise.all(names.filter(function (name) { return name !== KEEP; }).map(function (name) { return caches.delete(name); }));
    }));
  });

  self.addEventListener("fetch", function (event) {
    var request = event.request;
    var url = new URL(request.url);
    if (url.origin !== self.location.origin) { return; }
    if (request.mode === "navigate") {
      event.respondWith(fetch(request).catch(function () {
        return caches.match(url.pathname.indexOf(CREW) === 0 ? CREW_OFFLINE : OFFLINE).then(function (kept) { return kept || Response.error(); });
      }));
    } else if (request.method === "GET" && url.pathname.indexOf(STATIC) === 0) {
      event.respondWith(caches.match(request).then(function (kept) { return kept || fetch(request); }));
    }
  });
})();
