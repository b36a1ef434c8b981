// Nothing here is needed: without scripts every page does the same.
(() => {
  "use strict";
  const KEPT = "booking";

  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});

  const print = document.getElementById("print");
  if (print) {
    print.hidden = false;
    print.querySelector("button").addEventListener("click", () => window.print());
  }

  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(KEPT));
    } catch {
      return null;
    }
  };

  // A customer may keep the code on the device; who does not tick it leaves nothing behind.
  const keep = document.getElementById("keep");
  if (keep) {
    const box = keep.querySelector("input");
    const { code, time, hall } = keep.dataset;
    const kept = read();
    box.checked = kept !== null && kept.code === code;
    if (box.checked) localStorage.setItem(KEPT, JSON.stringify({ code, time, hall }));
    box.addEventListener("change", () => {
      if (box.checked) localStorage.setItem(KEPT, JSON.stringify({ code, time, hall }));
      else localStorage.removeItem(KEPT);
    });
    keep.hidden = false;
  }

  const shown = document.getElementById("kept");
  const kept = shown && read();
  if (kept) {
    for (const name of ["code", "time", "hall"]) shown.querySelector(`[data-name=${name}]`).textContent = kept[name];
    shown.hidden = false;
  }
})();
