// The live board: applies what the stream brings, ages what is shown, sorts and filters. Never shows old news as new.
(function () {
  "use strict";
  const board = document.getElementById("hk-board");
  const line = document.getElementById("hk-line");
  const find = document.getElementById("hk-find");
  const sort = document.getElementById("hk-sort");
  const dense = document.getElementById("hk-dense");
  const empty = document.getElementById("hk-empty");
  const SORT_EVERY = 4000;
  const LOST_AFTER = 12000;
  let offset = Number(board.dataset.now) - Date.now();
  let heard = Date.now();
  let show = "all";
  let unsorted = false;
  const opened = new Set();
  const title = document.title;

  const centreNow = () => Date.now() + offset;
  const two = (n) => String(n).padStart(2, "0");

  function age(ms) {
    const s = Math.max(0, Math.floor(ms / 1000));
    if (s < 60) return board.dataset.s.replace("{s}", s);
    if (s < 3600) return board.dataset.min.replace("{m}", Math.floor(s / 60));
    if (s < 48 * 3600) return board.dataset.h.replace("{h}", Math.floor(s / 3600)).replace("{m}", two(Math.floor((s % 3600) / 60)));
    return board.dataset.d.replace("{d}", Math.floor(s / 86400));
  }

  function tell() {
    const now = centreNow();
    board.querySelectorAll("time[data-age]").forEach((one) => {
      const text = age(now - Number(one.dataset.age));
      if (one.textContent !== text) one.textContent = text;
    });
    const lost = Date.now() - heard > LOST_AFTER;
    document.body.classList.toggle("hk-lost", lost);
    if (lost) {
      const at = new Date(heard);
      const clock = two(at.getHours()) + ":" + two(at.getMinutes()) + ":" + two(at.getSeconds());
      line.textContent = line.dataset.lost.replace("{t}", clock);
    }
  }

  // A page in the background says it in its tab.
  function alarmed(open) {
    document.querySelector(".hk-alarms").classList.toggle("hk-on", open > 0);
    document.title = (open > 0 ? "(" + open + ") " : "") + title;
  }

  function alive() {
    heard = Date.now();
    document.body.classList.remove("hk-lost");
    line.textContent = line.dataset.live;
    line.classList.add("hk-on");
  }

  function fits(card) {
    if (find.value.trim() && !card.dataset.find.includes(find.value.trim().toLowerCase())) return false;
    if (show === "trouble") return Number(card.dataset.trouble) > 0;
    if (show === "offline") return card.dataset.link !== "online";
    if (show === "open") return card.dataset.open === "1";
    return true;
  }

  function sift() {
    let any = false;
    for (const card of board.children) {
      card.hidden = !fits(card);
      any = any || !card.hidden;
    }
    empty.hidden = any;
    if (!any && board.children.length) empty.textContent = empty.dataset.none;
  }

  function before(a, b) {
    const by = sort.value;
    if (by !== "name") {
      const more = Number(b.dataset[by]) - Number(a.dataset[by]);
      if (more) return more;
    }
    return a.dataset.name.localeCompare(b.dataset.name, document.documentElement.lang);
  }

  // Cards do not jump away under a pointer or a keyboard: they are put in order when nobody is on them.
  function arrange(now) {
    unsorted = true;
    if (!now && (board.matches(":hover") || board.contains(document.activeElement))) return;
    const wanted = [...board.children].sort(before);
    wanted.forEach((card, at) => {
      if (board.children[at] !== card) board.insertBefore(card, board.children[at]);
    });
    unsorted = false;
  }

  function unfold(card) {
    const open = opened.has(card.dataset.node);
    card.classList.toggle("hk-opened", open);
    card.querySelector(".hk-title").setAttribute("aria-expanded", String(open || !dense.checked));
  }

  function put(node, html) {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    const fresh = holder.content.firstElementChild;
    const stale = document.getElementById("card-" + node);
    const focused = stale && stale.contains(document.activeElement);
    if (stale) stale.replaceWith(fresh);
    else board.append(fresh);
    unfold(fresh);
    if (focused) fresh.querySelector(".hk-title").focus();
    fresh.hidden = !fits(fresh);
    unsorted = true;
  }

  function listen() {
    line.textContent = line.dataset.wait;
    const source = new EventSource(board.dataset.stream + "?since=" + board.dataset.now);
    source.addEventListener("card", (event) => {
      const card = JSON.parse(event.data);
      put(card.node, card.html);
    });
    source.addEventListener("gone", (event) => {
      const card = document.getElementById("card-" + JSON.parse(event.data));
      if (card) card.remove();
    });
    source.addEventListener("summary", (event) => {
      for (const [name, value] of Object.entries(JSON.parse(event.data))) {
        const place = document.querySelector('[data-sum="' + name + '"]');
        if (place) place.textContent = value;
        if (name === "alarms") alarmed(value);
      }
    });
    source.addEventListener("tick", (event) => {
      offset = Number(event.data) - Date.now();
      alive();
      sift();
      tell();
    });
    source.onerror = () => {
      line.classList.remove("hk-on");
      // The login has ended, or the centre answers with something else: a closed source does not come back by itself.
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
    };
  }

  board.addEventListener("click", (event) => {
    const title = event.target.closest(".hk-title");
    if (!title) return;
    const card = title.closest(".hk-card");
    if (opened.has(card.dataset.node)) opened.delete(card.dataset.node);
    else opened.add(card.dataset.node);
    unfold(card);
  });
  dense.addEventListener("change", () => {
    board.classList.toggle("hk-compact", dense.checked);
    for (const card of board.children) unfold(card);
  });
  find.addEventListener("input", sift);
  sort.addEventListener("change", () => arrange(true));
  document.querySelectorAll("[data-show]").forEach((button) => {
    button.addEventListener("click", () => {
      show = button.dataset.show;
      document.querySelectorAll("[data-show]").forEach((other) => other.classList.toggle("active", other === button));
      sift();
    });
  });
  for (const card of board.children) unfold(card);
  alarmed(Number(document.querySelector("[data-sum=alarms]").textContent));
  setInterval(tell, 1000);
  setInterval(() => unsorted && arrange(false), SORT_EVERY);
  listen();
})();
