/* The service worker: static files and the offline page, nothing else. Pages always come from the network. */
(function () {
  "use strict";

  var KEEP = "civic311-1";
  var OFFLINE = "/offline/";
  var STATIC = "/static/";

  /* The offline page and the files it names; a file that fails does not stop the rest. */
  function fill() {
    return caches.open(KEEP).then(function (cache) {
      return fetch(OFFLINE, { credentials: "omit", cache: "reload" }).then(function (answer) {
        if (!answer.ok) { throw new Error(String(answer.status)); }
        return answer.clone().text().then(function (text) {
          var names = (text.match(/\/static\/[\w./-]+\.(?:css|js|svg)/g) || []).filter(function (name, at, all) { return all.indexOf(name) === at; });
          return clean(cache, names).then(function () {
            return Promise.all([cache.put(OFFLINE, answer)].concat(names.map(function (name) {
              return cache.add(name).catch(function () { return undefined; });
            })));
          });
        });
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
        return caches.match(OFFLINE).then(function (page) { return page || Response.error(); });
      }));
    } else if (request.method === "GET" && url.pathname.indexOf(STATIC) === 0) {
      event.respondWith(caches.match(request).then(function (kept) { return kept || fetch(request); }));
    }
  });
})();
