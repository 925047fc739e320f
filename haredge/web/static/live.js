// The live view: takes events from the daemon and shows them. All times come as seconds ago.

import { Refused, images } from "./images.js";
import { byId, chip, dot, duration, element, percent, say, shape, strips } from "./page.js";
import { AGAIN_MS, ask, listenTo, pause } from "./server.js";
import { fitZones, showZones } from "./zones.js";

const MARKS_S = new Map([[300, 60], [900, 300], [1800, 600], [3600, 900]]); // range shown: time from mark to mark
const REFUSED = new Map([[429, "too many pages open at your address"], [503, "too many viewers"]]); // by the answer's status
const now = () => performance.now() / 1000;

const setup = await ask("api/setup", () => say(byId("state"), "not connected"));
const labels = new Map(setup.labels.map((label) => [label.name, label]));
let spans = []; // [{label, start, end, person, row}] on this page's clock; those of the people in view continue
let current = null; // {label, start, probability, people}
let last = null; // when the newest observation came, on this page's clock
let stale = true;
let paused = false; // detection was switched off
let connected = false;
let trouble = "connecting"; // why it is not

const bars = setup.labels.slice(0, setup.bars).map((label) => {
  const bar = shape("svg", { preserveAspectRatio: "none", "aria-hidden": "true" });
  const value = element("span", { class: "number" }, "–");
  byId("bars").append(element("li", {}, element("span", { class: "act" }, dot(label.colour), label.words), bar, value));
  return { bar, value };
});

/** Whether what is shown is of the past: no frame comes, or no word from the daemon. */
const past = () => !connected || stale || paused;

/** Until when what is shown is known to have lasted. */
const until = () => (past() ? last : now());

const colourOf = (person) => setup.people[(person - 1) % setup.people.length];

/** A bar for each person, and the largest of their probabilities. */
function showBars(people) {
  const known = people.filter((person) => person.probabilities);
  bars.forEach(({ bar, value }, index) => {
    bar.setAttribute("viewBox", `0 0 1 ${known.length || 1}`);
    bar.replaceChildren(
      ...known.map((person, y) =>
        shape("rect", { y, height: 1, width: person.probabilities[index], fill: colourOf(person.id) }),
      ),
    );
    say(value, known.length ? percent(Math.max(...known.map((person) => person.probabilities[index]))) : "–");
  });
}

/** A line for each person: who, what, since when, where, and whether they have fallen. */
function showPeople() {
  const list = byId("people");
  const end = until();
  const lines = current.people.map((person) => {
    const certain = hasProbability(person.label) ? `${percent(person.probability)}, ` : "";
    const details = [person.zone, person.seen ? "" : "hidden for a moment", person.guess].filter(Boolean);
    const words = element("span", { class: "what" }, labels.get(person.label).words);
    const line = element("li", {}, chip(person.id, setup.people), words);
    line.append(element("span", { class: "quiet number" }, `${certain}${duration(end - person.start)}`));
    const more = element("span", { class: "quiet small details" });
    if (person.fall) more.append(element("span", { class: person.alarming ? "fall" : "", title: person.fall_why }, person.fall));
    more.append(details.join(" · "));
    if (more.textContent) line.append(more);
    return line;
  });
  list.hidden = !lines.length;
  if (list.textContent !== lines.map((line) => line.textContent).join("") || list.children.length !== lines.length) list.replaceChildren(...lines);
}

function hasProbability(label) {
  return !["no_person", "unknown"].includes(label);
}

function update(message) {
  ({ stale, paused } = message);
  if (message.label === undefined) return showState();
  last = now() - message.age_s;
  if (message.spans) {
    spans = message.spans.map(([label, start, end, person, row]) => ({
      label,
      start: last - start,
      end: last - end,
      person,
      row,
    }));
  }
  const people = message.people.map((person) => ({ ...person, start: last - person.since_s }));
  current = { label: message.label, start: last - message.since_s, probability: message.probability, people };
  if (message.spans) showTable();
  showBars(people);
  fitZones(message.size);
  if (message.zones) showZones(message.zones);
  current.alarm = message.alarm && { ...message.alarm, start: last - message.alarm.since_s };
  if (message.figures) showFigures(message.figures);
  showState();
  showNow();
}

function showState() {
  const [words, kind] = !connected
    ? [trouble, "bad"]
    : paused
      ? ["detection is off", ""]
      : last === null
        ? ["waiting for the camera", ""]
        : stale
          ? ["no frame lately", "bad"]
          : ["live", "good"];
  const state = byId("state");
  say(state, words);
  state.className = `state ${kind}`;
  byId("main").classList.toggle("past", past());
}

function showNow() {
  if (!current) return;
  const label = labels.get(current.label);
  say(byId("activity"), label.words);
  say(byId("since"), `for ${duration(until() - current.start)}`);
  say(byId("probability"), hasProbability(current.label) ? ` · ${percent(current.probability)}` : "");
  byId("alarm").hidden = !current.alarm;
  say(byId("alarm"), current.alarm?.words ?? "");
  byId("alarm").title = current.alarm?.why ?? "";
  showPeople();
}

function showStrip() {
  if (!spans.length) return;
  const end = now();
  continueSpans(until());
  const ranges = [...MARKS_S.keys()];
  const range = ranges.find((seconds) => end - spans[0].start <= seconds) ?? ranges.at(-1);
  const shown = spans.filter((span) => span.end > end - range);
  const rows = 1 + Math.max(0, ...shown.map((span) => span.row ?? 0));
  byId("strip").setAttribute("viewBox", `0 0 ${range} ${rows}`);
  byId("strip").setAttribute("class", `strip rows-${rows}`);
  const placed = shown.map((span) => {
    const x = Math.max(0, range - (end - span.start));
    return { ...span, x, width: range - (end - span.end) - x, title: `${span.person}: ${labels.get(span.label).words}, ${clock(span.start)} – ${clock(span.end)}` };
  });
  byId("spans").replaceChildren(...strips(placed, rows, range / 1500, (span) => labels.get(span.label).colour));
  const latest = new Map(placed.filter((span) => span.person).map((span) => [span.row, span.person]));
  byId("strip-people").replaceChildren(
    ...Array.from({ length: rows }, (_, row) => element("span", {}, ...(latest.has(row) ? [chip(latest.get(row), setup.people)] : []))),
  );
  showScale(range);
  showLegend(shown, end - range);
}

/** The newest span of everybody in view lasts until now, and so does the newest one without people. */
function continueSpans(until) {
  const newest = new Map(spans.map((span) => [span.person, span]));
  const present = new Set(current.people.map((person) => person.id));
  if (current.label === "no_person") present.add(null);
  for (const span of spans) {
    span.continues = present.has(span.person) && newest.get(span.person) === span;
    if (span.continues) span.end = until;
  }
}

function showScale(range) {
  say(byId("hour-title"), range < 3600 ? `The last ${range / 60} minutes` : "The last hour");
  const step = MARKS_S.get(range);
  const marks = Array.from({ length: range / step + 1 }, (_, index) => (range - index * step) / 60).map((before) => (before ? `−${before} min` : "now"));
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
  if (!byId("list").open || !current) return;
  continueSpans(until());
  const rows = [...spans].reverse().map((span) => {
    const label = labels.get(span.label);
    return element(
      "tr",
      {},
      element("td", {}, ...(span.person ? [chip(span.person, setup.people)] : [])),
      element("td", {}, element("span", { class: "act" }, dot(label.colour), label.words)),
      element("td", { class: "when" }, clock(span.start)),
      element("td", { class: "when" }, span.continues && !past() ? "now" : clock(span.end)),
      element("td", { class: "number" }, span.continues ? "" : duration(span.end - span.start)),
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
let still = false; // stopped by the button
let showing = new AbortController();

async function showPicture() {
  const camera = byId("of-camera").checked;
  picture.alt = camera ? "Image of the camera, with the skeletons of the people in view" : "Skeletons of the people in view, on black";
  showing.abort();
  if (still || document.hidden) return;
  const { signal } = (showing = new AbortController());
  while (!signal.aborted) {
    try {
      await showAll(images(`api/images?of=${camera ? "camera" : "skeleton"}`, signal), signal);
    } catch (error) {
      // Broken off, which the page says by itself, or refused: below it is tried again.
      if (error instanceof Refused) sayNoPicture(error.message);
    }
    await pause(AGAIN_MS);
  }
}

function sayNoPicture(words) {
  say(byId("no-picture"), words);
  byId("no-picture").hidden = !words;
}

async function showAll(jpegs, signal) {
  for await (const jpeg of jpegs) {
    if (signal.aborted) return;
    sayNoPicture("");
    const address = URL.createObjectURL(new Blob([jpeg], { type: "image/jpeg" }));
    await new Promise((shown) => {
      picture.onload = picture.onerror = shown;
      picture.src = address;
    });
    URL.revokeObjectURL(address);
  }
}

byId("pause").addEventListener("click", () => {
  still = !still;
  byId("pause").setAttribute("aria-pressed", still);
  say(byId("pause"), still ? "Continue" : "Pause");
  showPicture();
});
byId("of-camera").addEventListener("change", showPicture);
document.addEventListener("visibilitychange", showPicture);
byId("of-camera-label").hidden = !setup.allow_picture;
byId("private").hidden = setup.allow_picture;
byId("leave").hidden = !setup.locked;
byId("list").addEventListener("toggle", showTable);

let leave = () => {}; // ends what is listened to

/** Listens while the page is in view: a browser has six connections to a server, for all of its pages. */
function listen() {
  leave();
  if (document.hidden) return disconnected("connecting");
  leave = listenTo("api/events", { opened: () => ((connected = true), showState()), heard: update, lost });
}

function disconnected(why) {
  connected = false;
  trouble = why;
  showState();
  showNow();
}

async function lost(status) {
  disconnected(REFUSED.get(status) ?? "not connected");
  await pause(AGAIN_MS);
  // A haredge that was started again may have other labels, or be another version, with other pages.
  if (JSON.stringify(await ask("api/setup", () => disconnected("not connected"))) === JSON.stringify(setup)) listen();
  else location.reload();
}

document.addEventListener("visibilitychange", listen);

setInterval(() => {
  showNow();
  showStrip();
}, 1000);
showState();
showPicture();
listen();
