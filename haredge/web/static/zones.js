// Zones: shown over the image, and drawn there with mouse, finger or keyboard, to be copied into config.yaml.

import { mistakeIn } from "./outline.js";
import { byId, element, say, shape } from "./page.js";

const NAME = /^[A-Za-z0-9_-]{1,40}$/;
const MOST = { zones: 32, corners: 64 };
const CLOSE_PX = 16; // a click so near to the first corner ends a polygon
const SAME_PX = 6; // one so near to the last corner is its second click, and no other corner
const SQUARE = [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6]]; // a new zone for the keyboard, whose corners are moved
const MEANINGS = [
  ["", "a place"],
  ["rest", "rest: bed, sofa"],
  ["ignore", "ignore: television, mirror"],
];

let occupied = new Set(); // names of zones with somebody in them
let configured = []; // the zones of the daemon
let drawn = null; // the zones as they were when the editor was closed; none if the daemon has had others since
let known = []; // the daemon's zones when the editor was opened, and all that were copied since, as text
let zones = []; // what is shown and edited: [{name, polygon: [[x, y]], meaning}], in shares of the image
let size = [480, 640]; // height and width of the image, in its pixels
let chosen = null; // the zone whose corners can be moved
let drawing = false; // whether a click adds a corner to it
let held = null; // the corner that is being dragged
let editing = false;

const svg = byId("zones");

/** Takes the zones that hold now; while they are being edited here, only which are occupied. */
export function showZones(now) {
  occupied = new Set(now.filter((zone) => zone.occupied).map((zone) => zone.name));
  const before = asText(configured);
  configured = now.map(({ name, polygon, ignore, rest }) => ({ name, polygon, meaning: ignore ? "ignore" : rest ? "rest" : "" }));
  const others = asText(configured) !== before;
  if (others) drawn = null;
  if (!editing) zones = configured.map(copied);
  byId("edit-zones").disabled = false; // before, they would be copied as none
  draw();
  if (editing && others) showHint();
}

/** Zones as text, in whatever order the daemon gives them. */
function asText(zones) {
  return zones.map((zone) => JSON.stringify(zone)).sort().join();
}

/** Whether someone else has given the daemon other zones while the editor was open. */
function isOutdated() {
  return editing && !known.includes(asText(configured));
}

/** Whether zones were drawn that no one has copied. */
function isUncopied() {
  const mine = editing ? zones : drawn;
  return mine !== null && ![...known, asText(configured)].includes(asText(mine));
}

function copied(zone) {
  return { ...zone, polygon: zone.polygon.map((point) => [...point]) };
}

/** Takes the size of the camera's image, which gives the overlay its proportions. */
export function fitZones([height, width]) {
  if (size[0] === height && size[1] === width) return;
  size = [height, width];
  draw();
}

function draw() {
  const [height, width] = size;
  const unit = width / (svg.clientWidth || 640); // a pixel of the page
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.classList.toggle("editing", editing);
  const focused = svg.contains(document.activeElement) ? cornerOf(document.activeElement) : null;
  svg.replaceChildren(...zones.flatMap((zone) => [outline(zone, unit), ...(zone === chosen ? corners(zone, unit) : [])]));
  if (focused !== null && chosen) focusCorner(focused);
}

function focusCorner(index) {
  svg.querySelectorAll(".corner")[Math.min(index, chosen.polygon.length - 1)]?.focus({ preventScroll: true });
}

function outline(zone, unit) {
  const points = zone.polygon.map(pixels).map((point) => point.join(",")).join(" ");
  const lowest = zone.polygon.map(pixels).sort((a, b) => b[1] - a[1]).slice(0, 2);
  const [x, y] = [0, 1].map((axis) => lowest.reduce((sum, point) => sum + point[axis], 0) / (lowest.length || 1));
  const half = 4 * unit * zone.name.length;
  const name = { class: "zone-name", x: Math.max(half, Math.min(x, size[1] - half)), y: y - 7 * unit, "font-size": 13 * unit };
  const open = zone === chosen && drawing ? "polyline" : "polygon";
  return shape(
    "g",
    { class: `zone ${zone.meaning} ${zone === chosen ? "chosen" : ""} ${occupied.has(zone.name) ? "occupied" : ""}` },
    shape(open, { class: "edge under", points }),
    shape(open, { class: "edge", points }),
    shape("text", name, zone.name),
  );
}

function corners(zone, unit) {
  return zone.polygon.map((point, index) => {
    const [cx, cy] = pixels(point);
    const corner = shape(
      "g",
      { class: "corner", tabindex: 0, role: "button", "aria-label": `Corner ${index + 1} of ${zone.name}, arrow keys move it` },
      shape("circle", { class: "reach", cx, cy, r: 20 * unit }),
      shape("circle", { class: "dot", cx, cy, r: 6 * unit }),
    );
    corner.dataset.index = index;
    return corner;
  });
}

function pixels([x, y]) {
  return [x * size[1], y * size[0]];
}

/** Where a pointer is, in shares of the image to a thousandth. */
function place(event) {
  const box = svg.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map(bounded);
}

function bounded(share) {
  return Math.round(1000 * Math.min(1, Math.max(0, share))) / 1000;
}

function cornerOf(target) {
  const corner = target.closest?.(".corner");
  return corner ? Number(corner.dataset.index) : null;
}

svg.addEventListener("pointerdown", (event) => {
  if (!editing || !chosen || event.button) return;
  event.preventDefault();
  const corner = cornerOf(event.target);
  const last = chosen.polygon.length - 1;
  if (drawing && corner === 0 && last >= 2 && isAt(event, chosen.polygon[0], CLOSE_PX)) {
    drawing = false;
    held = corner;
  } else if (drawing && !(corner === last && isAt(event, chosen.polygon[last], SAME_PX))) {
    if (chosen.polygon.length >= MOST.corners) return;
    chosen.polygon.push(place(event));
    held = chosen.polygon.length - 1;
  } else {
    held = corner;
  }
  if (held !== null) svg.setPointerCapture(event.pointerId);
  changed();
});

/** Whether a pointer is so near to a corner. */
function isAt(event, [x, y], near) {
  const box = svg.getBoundingClientRect();
  return Math.hypot(event.clientX - box.left - x * box.width, event.clientY - box.top - y * box.height) <= near;
}

svg.addEventListener("pointermove", (event) => {
  if (held === null) return;
  chosen.polygon[held] = place(event);
  changed();
});
for (const name of ["pointerup", "pointercancel"]) svg.addEventListener(name, () => (held = null));

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

svg.addEventListener("keydown", (event) => {
  const corner = cornerOf(event.target);
  if (!editing || corner === null) return;
  const step = event.shiftKey ? 0.001 : 0.01;
  if (ARROWS[event.key]) {
    chosen.polygon[corner] = chosen.polygon[corner].map((share, axis) => bounded(share + step * ARROWS[event.key][axis]));
  } else if (event.key === "Delete") {
    chosen.polygon.splice(corner, 1);
  } else {
    return;
  }
  event.preventDefault();
  changed();
});

new ResizeObserver(draw).observe(svg);

// The browser asks before the page goes, closed by a person or loaded again as haredge has other labels: so would the zones.
addEventListener("beforeunload", (event) => isUncopied() && event.preventDefault());

function changed() {
  draw();
  showYaml();
  showHint();
}

function choose(zone) {
  chosen = zone;
  drawing = zone !== null && zone.polygon.length < 3;
  showChosen();
  changed();
}

/** The rows stay: a name that is being written in one of them keeps its place, and what is selected of it. */
function showChosen() {
  [...byId("zone-list").children].forEach((line, index) => {
    line.classList.toggle("chosen", zones[index] === chosen);
    line.querySelector("[aria-pressed]").setAttribute("aria-pressed", zones[index] === chosen);
  });
}

function showList() {
  byId("zone-list").replaceChildren(...zones.map(row));
}

function row(zone) {
  const name = element("input", { value: zone.name, maxlength: 40, "aria-label": "Name of the zone", autocomplete: "off", spellcheck: "false" });
  name.addEventListener("input", () => ((zone.name = name.value.trim()), changed()));
  name.addEventListener("focus", () => zone !== chosen && choose(zone));
  const meaning = element("select", { "aria-label": `What ${zone.name} is` }, ...MEANINGS.map(([value, words]) => element("option", { value }, words)));
  meaning.value = zone.meaning;
  meaning.addEventListener("change", () => ((zone.meaning = meaning.value), changed()));
  const remove = element("button", { class: "plain", type: "button", "aria-label": `Delete ${zone.name}` }, "Delete");
  remove.addEventListener("click", () => {
    zones = zones.filter((other) => other !== zone);
    showList();
    choose(null);
  });
  const pick = element("button", { class: "plain", type: "button", "aria-pressed": false, "aria-label": `Edit ${zone.name}` }, "Edit");
  pick.addEventListener("click", (event) => {
    choose(zone);
    if (isOfKeyboard(event)) focusCorner(0);
  });
  return element("li", {}, name, meaning, pick, remove);
}

function showHint() {
  const mistake = firstMistake();
  byId("zone-undo").disabled = !(chosen?.polygon.length && drawing);
  byId("zone-done").disabled = !chosen || (drawing && chosen.polygon.length < 3);
  byId("zone-new").disabled = drawing || zones.length >= MOST.zones;
  byId("zone-copy").disabled = Boolean(mistake);
  say(byId("zone-copied"), "");
  byId("zone-hint").classList.toggle("bad", !drawing && (Boolean(mistake) || isOutdated()));
  if (drawing) say(byId("zone-hint"), "Click or tap the corners in the image, one after another; then Done, or the first corner again.");
  else if (mistake) say(byId("zone-hint"), mistake);
  else if (isOutdated()) say(byId("zone-hint"), "config.yaml has other zones by now, and what you copy would take their place. Close and open the editor to see them.");
  else if (zones.length >= MOST.zones) say(byId("zone-hint"), `These are ${MOST.zones} zones, as many as there may be: delete one to draw another.`);
  else if (chosen) say(byId("zone-hint"), "Drag a corner to move it. With the keyboard: Tab to a corner, arrow keys to move it, Delete to remove it.");
  else say(byId("zone-hint"), "A person is in a zone if their feet are in it, or the hips of who lies. Nothing changes here before config.yaml does.");
}

/** What config check would find, in words; nothing if the zones can be used. */
function firstMistake() {
  const seen = new Set();
  for (const { name, polygon } of zones) {
    const alike = name.toLowerCase().replaceAll("-", "_");
    if (!NAME.test(name)) return `A zone's name has 1 to 40 letters a to z, digits, _ and -; "${name}" has not.`;
    if (seen.has(alike)) return `There are two zones with the name ${name}.`;
    seen.add(alike);
    const mistake = mistakeIn(name, polygon);
    if (mistake) return mistake;
  }
  return "";
}

function yaml() {
  if (!zones.length) return "zones:\n";
  const lines = zones.flatMap(({ name, polygon, meaning }) => [
    `  ${/^[A-Za-z][A-Za-z0-9_]*$/.test(name) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(name) ? name : JSON.stringify(name)}:`,
    `    polygon: [${polygon.map(([x, y]) => `[${x}, ${y}]`).join(", ")}]`,
    ...(meaning ? [`    ${meaning}: true`] : []),
  ]);
  return `zones:\n${lines.join("\n")}\n`;
}

function showYaml() {
  byId("zone-yaml").value = yaml();
}

/** Whether a button was pressed by the keyboard, or by what reads the page aloud: neither can click at a place. */
function isOfKeyboard(click) {
  return click.detail === 0;
}

function newName() {
  const names = new Set(zones.map((zone) => zone.name));
  return Array.from({ length: MOST.zones + 1 }, (_, index) => `zone_${index + 1}`).find((name) => !names.has(name));
}

byId("zone-new").addEventListener("click", (event) => {
  const polygon = isOfKeyboard(event) ? SQUARE.map((corner) => [...corner]) : [];
  zones.push({ name: newName(), polygon, meaning: "" });
  showList();
  choose(zones.at(-1));
  if (isOfKeyboard(event)) focusCorner(0);
});
byId("zone-undo").addEventListener("click", () => (chosen.polygon.pop(), changed()));
byId("zone-done").addEventListener("click", () => {
  if (drawing) ((drawing = false), changed());
  else choose(null);
});
byId("zone-copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(yaml());
  } catch {
    // Browsers give a page the clipboard only over https, or on the machine itself.
    byId("zone-yaml").select();
    document.execCommand("copy");
  }
  known.push(asText(zones));
  say(byId("zone-copied"), "Copied: put it into config.yaml, and reload haredge.");
});
byId("edit-zones").addEventListener("click", () => {
  editing = !editing;
  if (editing) known = [asText(configured)];
  else drawn = known.includes(asText(configured)) ? zones : null;
  zones = (editing && drawn) || configured.map(copied);
  byId("editor").hidden = !editing;
  byId("edit-zones").setAttribute("aria-expanded", editing);
  say(byId("edit-zones"), editing ? "Close" : "Edit zones");
  showList();
  choose(null);
});
