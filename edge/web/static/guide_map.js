/* The guide sign's map: drawn from the hall's configuration on its grid, nothing of it made from text. */

const SVG = "http://www.w3.org/2000/svg";

/** Each on a field of 24×24, centred on 12,12. */
const ICONS = {
  entrance: "M10 4h9v16h-9M4 12h10M10 8l4 4-4 4",
  exit: "M14 4H5v16h9M9 12h11M16 8l4 4-4 4",
  kiosk: "M6 3h12v12H6zM9 6h6v5H9zM10 15v6h4v-6M7 21h10",
  terminal: "M4 4h16v11H4zM8 8h8M8 11h5M12 15v4M7 20h10",
  desk: "M12 4a3 3 0 1 0 .01 0M6 13c0-3 12-3 12 0M3 15h18v5H3z",
  toilets: "M8 4a2 2 0 1 0 .01 0M5 10h6l-1 5v6H6v-6zM16 4a2 2 0 1 0 .01 0M16 9l-3 7h2v5h2v-5h2zM12 4v17",
  stairs: "M3 20h5v-5h5v-5h5V5h4",
  lift: "M5 3h14v18H5zM12 3v18M7 10l1.5-3 1.5 3M14 13l1.5 3 1.5-3",
  water: "M12 3c4 5 6 8 6 11a6 6 0 0 1-12 0c0-3 2-6 6-11z",
  "first-aid": "M4 4h16v16H4zM12 7v10M7 12h10",
  copies: "M8 3h12v14H8zM4 7v14h12M11 8h6M11 12h6",
};
const EACH = 6;

export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== undefined) made.setAttribute(key, value);
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** One place's sign, by itself, for the list beside the map. */
export const sign = (icon) => svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }, svg("path", { d: ICONS[icon] }));

/**
 * The whole map. `zones`: {id, map, names: [first, second], open, windows: [{label, status}]}; `places`:
 * {id, icon, x, y, names, here, out}; `title`: what a screen reader says of it.
 */
export function drawMap({ grid, zones, places, title }) {
  return svg("svg", { viewBox: `-3 -3 ${grid[0] + 6} ${grid[1] + 6}`, role: "img", "aria-label": title, preserveAspectRatio: "xMidYMin meet" },
    svg("rect", { class: "floor", x: -2.5, y: -2.5, width: grid[0] + 5, height: grid[1] + 5, rx: 2 }),
    zones.filter((one) => one.map).map(drawZone),
    [...places].sort((one, other) => Number(one.here) - Number(other.here)).map((one) => drawPlace(one, grid)));
}

function drawZone({ id, map: [x, y, width, height], names, open, windows }) {
  const columns = Math.max(1, Math.min(windows.length, Math.floor((width - 2) / EACH)));
  const rows = Math.ceil(windows.length / columns);
  const left = x + (width - columns * EACH) / 2;
  const top = y + height - rows * 5.4 - 1;
  const middle = y + (height - rows * 5.4 - 1) / 2;
  return svg("g", { class: open ? "zone" : "zone shut", "data-zone": id },
    svg("rect", { x, y, width, height, rx: 1.5 }),
    names.map((name, nth) => fitted(name, x + width / 2, middle + (nth ? 3.6 : 0.4), nth ? "second" : "first", nth ? 2.3 : 3.3, width - 2)),
    windows.map((one, nth) => drawWindow(one, left + (nth % columns) * EACH, top + Math.floor(nth / columns) * 5.4)));
}

function drawWindow({ label, status }, x, y) {
  return svg("g", { class: `window ${status}` },
    svg("rect", { x: x + 0.4, y, width: EACH - 0.8, height: 4.6, rx: 0.7 }),
    fitted(label, x + EACH / 2, y + 3.3, "label", 2.9, EACH - 1.4));
}

function drawPlace({ id, icon, x, y, names, here, out }, grid) {
  const size = here ? 6 : 4.6;
  const clear = size / 2 + (here ? 1.1 : 0);
  const below = y + clear + 4.6 > grid[1] + 2 ? -1 : 1;
  const line = (nth) => (below > 0 ? y + clear + 2.3 + nth * 1.9 : y - clear - 0.9 - (names.length - 1 - nth) * 2.1);
  const anchor = x < 8 ? "start" : x > grid[0] - 8 ? "end" : "middle";
  const at = { start: Math.max(-1.5, x - size / 2), end: Math.min(grid[0] + 1.5, x + size / 2), middle: x }[anchor];
  return svg("g", { class: ["place", icon, here && "here", out && "out"].filter(Boolean).join(" "), "data-place": id },
    here ? svg("circle", { class: "ring", cx: x, cy: y, r: size / 2 + 0.9 }) : null,
    svg("rect", { x: x - size / 2, y: y - size / 2, width: size, height: size, rx: here ? size / 2 : 1 }),
    svg("path", { d: ICONS[icon], transform: `translate(${x - size * 0.36} ${y - size * 0.36}) scale(${(size * 0.72) / 24})` }),
    names.map((name, nth) => svg("text", { x: at, y: line(nth), class: nth ? "second" : "first", "text-anchor": anchor, "font-size": nth ? 1.7 : 2.1 }, name)));
}

/** A text in the middle, as large as `size` and no wider than `room`: a Chinese letter is as wide as it is high. */
function fitted(text, x, y, kind, size, room) {
  const wide = [...text].reduce((sum, letter) => sum + (letter.codePointAt(0) > 0x2e7f ? 1 : 0.56), 0);
  return svg("text", { x, y, class: kind, "text-anchor": "middle", "font-size": Math.min(size, room / wide).toFixed(2) }, text);
}
