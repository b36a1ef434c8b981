// Keeps the site's own files and one page for when there is no network. All else is asked of the site, always: what is
// free changes by the minute, and nobody's booking is kept here.
// VERSION and SHELL stand before this, written by the site.
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(VERSION).then((kept) => kept.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const others = (names) => names.filter((name) => name !== VERSION).map((name) => caches.delete(name));
  event.waitUntil(caches.keys().then((names) => Promise.all(others(names))).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (pathname.startsWith("/site/")) {
    event.respondWith(caches.match(event.request).then((kept) => kept || fetch(event.request)));
  } else if (mode === "navigate" && !/^\/(console|api)(\/|$)/.test(pathname)) {
    event.respondWith(fetch(event.request).catch(() => caches.match("/offline")));
  }
});
