// The live view: takes events from the daemon and shows them. All times come as seconds ago.

import { byId, dot, duration, element, percent, say, shape } from "./page.js";

const RANGES_S = [300, 900, 1800, 3600];
const now = () => performance.now() / 1000;

const setup = await (await fetch("/api/setup")).json();
const labels = new Map(setup.labels.map((label) => [label.name, label]));
let spans = []; // [{label, start, end}] on this page's clock; the last continues
let current = null; // {label, start, probability}
let last = null; // when the newest observation came, on this page's clock
let stale = true;
let connected = false;

const bars = setup.labels.slice(0, setup.bars).map((label) => {
  const fill = shape("rect", { height: 1, width: 0, fill: label.colour });
  const value = element("span", { class: "number" }, "–");
  const bar = shape("svg", { viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" }, fill);
  byId("bars").append(element("li", {}, element("span", {}, label.words), bar, value));
  return { fill, value };
});

function showBars(probabilities) {
  bars.forEach(({ fill, value }, index) => {
    fill.setAttribute("width", probabilities ? probabilities[index] : 0);
    say(value, probabilities ? percent(probabilities[index]) : "–");
  });
}

function update(message) {
  stale = message.stale;
  if (message.label === undefined) return showState();
  last = now();
  if (message.spans) {
    spans = message.spans.map(([label, start, end]) => ({ label, start: last - start, end: last - end }));
    showTable();
  }
  current = { label: message.label, start: last - message.since_s, probability: message.probability };
  showBars(message.probabilities);
  if (message.figures) showFigures(message.figures);
  showState();
  showNow();
}

function showState() {
  const [words, kind] = !connected
    ? ["not connected", "bad"]
    : last === null
      ? ["waiting for the camera", ""]
      : stale
        ? ["no frame lately", "bad"]
        : ["live", "good"];
  const state = byId("state");
  say(state, words);
  state.className = `state ${kind}`;
}

function showNow() {
  if (!current) return;
  const label = labels.get(current.label);
  say(byId("activity"), label.words);
  say(byId("since"), `for ${duration((stale ? last : now()) - current.start)}`);
  const hasProbability = !["no_person", "unknown"].includes(current.label);
  say(byId("probability"), hasProbability ? ` · ${percent(current.probability)}` : "");
}

function showStrip() {
  if (!spans.length) return;
  const end = now();
  spans[spans.length - 1].end = stale ? last : end;
  const range = RANGES_S.find((seconds) => end - spans[0].start <= seconds) ?? RANGES_S.at(-1);
  const shown = spans.filter((span) => span.end > end - range);
  byId("strip").setAttribute("viewBox", `0 0 ${range} 1`);
  byId("spans").replaceChildren(
    ...shown
      .filter((span) => span.label !== "no_person")
      .map((span) => {
        const start = Math.max(0, range - (end - span.start));
        const width = Math.max(range / 1500, range - (end - span.end) - start);
        return shape("rect", { x: start, width, height: 1, fill: labels.get(span.label).colour });
      }),
  );
  showScale(range);
  showLegend(shown, end - range);
}

function showScale(range) {
  const marks = [1, 0.75, 0.5, 0.25, 0].map((share) => (share ? `−${+((range * share) / 60).toFixed(1)} min` : "now"));
  const scale = byId("scale");
  if (scale.dataset.marks === marks[0]) return;
  scale.dataset.marks = marks[0];
  scale.replaceChildren(...marks.map((words) => element("span", {}, words)));
}

function showLegend(shown, from) {
  const totals = new Map();
  for (const span of shown) {
    totals.set(span.label, (totals.get(span.label) ?? 0) + span.end - Math.max(from, span.start));
  }
  const sorted = [...totals].sort((a, b) => b[1] - a[1]).map(([name, seconds]) => [labels.get(name), duration(seconds)]);
  say(byId("strip-words"), `Timeline: ${sorted.map(([label, time]) => `${label.words} ${time}`).join(", ")}`);
  byId("legend").replaceChildren(
    ...sorted.map(([label, time]) =>
      element("li", {}, dot(label.colour), label.words, element("span", { class: "number" }, time)),
    ),
  );
}

function clock(at) {
  const time = new Date(Date.now() - (now() - at) * 1000);
  return time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

function showTable() {
  if (!byId("list").open) return;
  const rows = [...spans].reverse().map((span, index) => {
    const label = labels.get(span.label);
    return element(
      "tr",
      {},
      element("td", {}, element("span", { class: "act" }, dot(label.colour), label.words)),
      element("td", { class: "when" }, clock(span.start)),
      element("td", { class: "when" }, index ? clock(span.end) : "now"),
      element("td", { class: "number" }, index ? duration(span.end - span.start) : ""),
    );
  });
  byId("rows").replaceChildren(...rows);
}

function showFigures(message) {
  const shown = [
    ["Frames per second", message.fps?.toFixed(1)],
    ["Dropped", message.dropped],
    ...Object.entries(message.stages_ms ?? {}).map(([stage, ms]) => [`${stage[0].toUpperCase()}${stage.slice(1)}`, `${ms.toFixed(ms < 1 ? 2 : 1)} ms`]),
    ["Temperature", message.temperature_c?.toFixed(0).concat(" °C")],
    ["Slowed down by", message.throttled && (message.throttled.join(", ").replaceAll("_", " ") || "nothing")],
    ["Memory", message.memory_mb?.toFixed(0).concat(" MB")],
    ["Running for", message.uptime_s !== undefined && message.uptime_s !== null ? duration(message.uptime_s) : undefined],
    ["Version", message.versions?.haredge],
  ].filter(([, value]) => value !== undefined && value !== null);
  byId("figures").replaceChildren(
    ...shown.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, String(value)))),
  );
}

// The image is fetched only while it is shown.
const picture = byId("picture");
let paused = false;

function showPicture() {
  const camera = byId("of-camera").checked;
  picture.alt = camera ? "Image of the camera, with the skeleton of the person in view" : "Skeleton of the person in view, on black";
  if (paused || document.hidden) return;
  picture.src = `/api/picture.mjpeg?of=${camera ? "camera" : "skeleton"}&n=${Date.now()}`;
}

function freeze() {
  // An image keeps its connection as long as it has its address: it is replaced by a still of what it shows.
  const still = document.createElement("canvas");
  still.width = picture.naturalWidth || 640;
  still.height = picture.naturalHeight || 480;
  still.getContext("2d").drawImage(picture, 0, 0);
  still.toBlob((blob) => {
    if (!paused && !document.hidden) return;
    picture.src = URL.createObjectURL(blob);
    picture.onload = () => URL.revokeObjectURL(picture.src);
  });
}

byId("pause").addEventListener("click", () => {
  paused = !paused;
  byId("pause").setAttribute("aria-pressed", paused);
  say(byId("pause"), paused ? "Continue" : "Pause");
  paused ? freeze() : showPicture();
});
byId("of-camera").addEventListener("change", showPicture);
document.addEventListener("visibilitychange", () => (document.hidden ? freeze() : showPicture()));
byId("of-camera-label").hidden = !setup.allow_picture;
byId("private").hidden = setup.allow_picture;
byId("leave").hidden = !setup.locked;
byId("list").addEventListener("toggle", showTable);

function listen() {
  const events = new EventSource("/api/events");
  events.onopen = () => ((connected = true), showState());
  events.onmessage = (event) => update(JSON.parse(event.data));
  events.onerror = () => {
    connected = false;
    showState();
    // If the server has refused (too many viewers, another token), the browser does not try again by itself.
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  };
}

let wasConnected = true;
setInterval(() => {
  showNow();
  showStrip();
  if (connected && !wasConnected) showPicture();
  wasConnected = connected;
}, 1000);
showState();
showPicture();
listen();
