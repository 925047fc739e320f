// The page to try a video or an image: send it, wait, see the result.

import { byId, chip, dot, duration, element, percent, position, say, strips } from "./page.js";
import { AGAIN_MS, ask, listenTo, pause } from "./server.js";

const MOST_RECORDED_S = 30;

const setup = await ask("api/setup", () => trouble("The server does not answer. This page tries again."));
let upload = null;
let clip = null;
let listening = null; // a function that ends it
let stream = null;

for (const [id, names] of [["pose", setup.poses], ["activity", setup.activities], ["still", setup.stills]]) {
  byId(id).append(...names.map((name) => element("option", {}, name)));
}
const most = [`${Math.round(setup.most_bytes / 1e6)} MB`, setup.longest_s !== null && duration(setup.longest_s)];
say(byId("limits"), `At most ${most.filter(Boolean).join(" and ")}.`);
byId("leave").hidden = !setup.locked;
trouble(null);
byId("of-stills").hidden = !setup.stills.length;

function show(id) {
  for (const part of ["choosing", "recording", "working", "result"]) byId(part).hidden = part !== id;
}

function trouble(words) {
  byId("trouble").hidden = !words;
  say(byId("trouble"), words ?? "");
}

/** Ends what is under way, here and on the server, and goes back to the start. */
function startAgain(words) {
  upload?.abort();
  listening?.();
  if (clip) fetch(`api/clips/${clip}`, { method: "DELETE", keepalive: true });
  upload = listening = null;
  keep(null);
  byId("image").removeAttribute("src");
  byId("video").removeAttribute("src");
  byId("video").load();
  byId("file").value = "";
  trouble(words);
  show("choosing");
  if (words) byId("choose").focus();
}

/** Notes the clip that is this page's, also for when a phone that is short of memory drops the page, and loads it again. */
function keep(id) {
  clip = id;
  try {
    if (id) sessionStorage.setItem("clip", id);
    else sessionStorage.removeItem("clip");
  } catch {
    // A browser that keeps nothing: only what is open comes back.
  }
}

function kept() {
  try {
    return sessionStorage.getItem("clip");
  } catch {
    return null;
  }
}

function showProgress(stage, share, left) {
  say(byId("stage"), stage);
  if (share === null || share === undefined) byId("progress").removeAttribute("value");
  else byId("progress").value = share;
  const parts = [share !== null && share !== undefined && percent(share), left !== null && left !== undefined && `${duration(left)} left`];
  say(byId("left"), parts.filter(Boolean).join(" · "));
}

// Sending.

async function send(blob, name) {
  trouble(null);
  if (!blob.size) return startAgain("This file is empty.");
  if (blob.size > setup.most_bytes) return startAgain(setup.too_large);
  showProgress("Sending", 0, null);
  show("working");
  byId("cancel").focus();
  if (!(await isReadable(blob))) return startAgain("The browser cannot read this file: is it a folder, or gone, or in a cloud?");
  if (byId("working").hidden) return; // cancelled meanwhile
  const query = new URLSearchParams({ name, pose: byId("pose").value, activity: byId("activity").value });
  if (setup.stills.length) query.set("still", byId("still").value);
  const began = performance.now();
  const request = (upload = new XMLHttpRequest());
  request.open("POST", `api/clips?${query}`);
  request.upload.onprogress = ({ loaded, total }) => {
    const taken = (performance.now() - began) / 1000;
    showProgress("Sending", loaded / total, taken > 1 ? (taken * (total - loaded)) / loaded : null);
  };
  request.onload = () => sent(request);
  request.onerror = () => startAgain("It could not be sent: is the server still running?");
  request.send(blob);
}

/** Whether there is a file behind a name: sending another thing fails just as a network does. */
async function isReadable(blob) {
  try {
    await blob.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

function sent(request) {
  if (request !== upload) return;
  upload = null;
  let answer = {};
  try {
    answer = JSON.parse(request.responseText);
  } catch {
    answer = { error: `The server answered with ${request.status}.` };
  }
  if (request.status === 401) return location.reload(); // leads to where the token is asked for
  if (request.status !== 201) return startAgain(answer.error);
  keep(answer.id);
  listen();
}

// Waiting.

function listen() {
  const mine = clip;
  listening = listenTo(`api/clips/${mine}/events`, { heard: update, lost: (status) => lost(mine, status) });
}

async function lost(mine, status) {
  if (mine !== clip) return;
  const working = byId("result").hidden;
  if (status === 204) {
    keep(null);
    if (working) startAgain("The server no longer has this clip. Send it again.");
    else trouble("The server no longer has this result: it was started again, or the page was away for too long. Send the file again.");
    return;
  }
  if (working) say(byId("left"), "connection lost, trying again");
  await pause(AGAIN_MS);
  if (mine === clip) listen();
}

function update(message) {
  if (message.state === "failed") startAgain(message.error);
  else if (message.state === "waiting") showProgress(message.before ? `Waiting: ${message.before} before yours` : "Waiting", null, null);
  else if (message.state === "working") showProgress(`Working on the ${message.kind}`, message.share ?? null, message.left_s);
  else if (message.state === "done" && byId("result").hidden) showResult(message);
}

// The result.

function showResult(message) {
  const address = `api/clips/${clip}`;
  const ofImage = message.kind === "image";
  byId("of-image").hidden = !ofImage;
  byId("of-video").hidden = ofImage;
  byId("warnings").hidden = !message.warnings.length;
  say(byId("warnings"), message.warnings.join(" "));
  if (ofImage) showImage(address, message);
  else showVideo(address, message);
}

function showImage(address, message) {
  byId("image").src = `${address}/image`;
  byId("image").alt = described(message);
  byId("download-image").href = `${address}/image?download`;
  byId("json").href = `${address}/people.json`;
  byId("nobody").hidden = !message.whole;
  say(byId("nobody"), "No person was detected in this image. The label is that of the image as a whole.");
  const labels = new Map(message.labels.map((label) => [label.name, label]));
  const found = message.whole ? [message.whole] : message.found;
  byId("found").replaceChildren(...found.map((one) => foundRow(one, labels, message.people)));
  show("result");
  byId("download-image").focus();
}

function described({ found, whole, labels: styles }) {
  const labels = new Map(styles.map((label) => [label.name, label.words]));
  return whole ? labels.get(whole.label) : found.map((one) => `person ${one.id}: ${labels.get(one.label)}`).join(", ");
}

function foundRow(one, labels, people) {
  const label = labels.get(one.label);
  const words = one.first.map((each) => `${labels.get(each.label).words} ${percent(each.probability)}`);
  return element(
    "tr",
    {},
    element("td", {}, ...(one.id ? [chip(one.id, people)] : [])),
    element("td", {}, element("span", { class: "act" }, dot(label.colour), label.words)),
    element("td", { class: "number" }, one.label === "unknown" ? "" : percent(one.probability)),
    element("td", { class: "quiet small" }, words.join(", ")),
  );
}

function showVideo(address, message) {
  byId("video").src = `${address}/video`;
  byId("download").href = `${address}/video?download`;
  byId("csv").href = `${address}/activities.csv`;
  byId("picture").href = `${address}/timeline.png`;
  byId("nobody").hidden = !message.nobody;
  say(byId("nobody"), "No person was detected in this video, so there is no activity.");
  showActivities(message);
  show("result");
  byId("video").focus();
}

function showActivities({ activities, labels: styles, people, rows }) {
  const labels = new Map(styles.map((label) => [label.name, label]));
  const end = Math.max(0, ...activities.map((row) => row.end_s)) || 1;
  const count = 1 + Math.max(0, ...rows.map(([, row]) => row));
  const rowOf = new Map(rows);
  byId("strip").setAttribute("viewBox", `0 0 ${end} ${count}`);
  byId("strip").setAttribute("class", `strip rows-${count}`);
  say(byId("length"), position(end));
  say(byId("strip-words"), `Timeline: ${activities.map((row) => labels.get(row.activity).words).join(", ")}`);
  const spans = activities.map((row) => ({
    ...row,
    row: rowOf.get(row.person),
    x: row.start_s,
    width: row.end_s - row.start_s,
    title: `${row.person}: ${labels.get(row.activity).words}, ${position(row.start_s)} – ${position(row.end_s)}`,
  }));
  byId("spans").replaceChildren(...strips(spans, count, end / 500, (row) => labels.get(row.activity).colour));
  const first = new Map([...rows].reverse().map(([person, row]) => [row, person]));
  byId("strip-people").replaceChildren(
    ...Array.from({ length: count }, (_, row) => element("span", {}, ...(first.has(row) ? [chip(first.get(row), people)] : []))),
  );
  byId("rows").replaceChildren(...activities.map((row) => tableRow(row, labels.get(row.activity), people)));
}

function tableRow(row, label, people) {
  const go = element("button", { class: "plain", type: "button", "aria-label": `Play from ${position(row.start_s)}` }, position(row.start_s));
  go.addEventListener("click", () => {
    byId("video").currentTime = row.start_s;
    byId("video").play().catch((error) => {
      if (error.name !== "AbortError") throw error; // another clip was chosen meanwhile
    });
  });
  const hasProbability = !["no_person", "unknown"].includes(row.activity);
  return element(
    "tr",
    {},
    element("td", {}, ...(row.person ? [chip(row.person, people)] : [])),
    element("td", {}, element("span", { class: "act" }, dot(label.colour), label.words)),
    element("td", { class: "number" }, go),
    element("td", { class: "number" }, position(row.end_s)),
    element("td", { class: "number" }, hasProbability ? percent(row.probability) : ""),
  );
}

byId("strip").addEventListener("click", (event) => {
  const place = byId("strip").getBoundingClientRect();
  byId("video").currentTime = ((event.clientX - place.left) / place.width) * byId("strip").viewBox.baseVal.width;
});

// Choosing.

byId("choose").addEventListener("click", () => byId("file").click());
byId("file").addEventListener("change", () => byId("file").files[0] && send(byId("file").files[0], byId("file").files[0].name));
byId("cancel").addEventListener("click", () => startAgain(null));
byId("again").addEventListener("click", () => startAgain(null));

const drop = byId("drop");
for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
for (const name of ["dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    if (name === "drop" || !event.relatedTarget) drop.classList.remove("over");
  });
}
document.addEventListener("drop", (event) => {
  const [file, ...others] = event.dataTransfer.files;
  if (!file) return;
  if (others.length) return trouble("One file at a time, please.");
  if (byId("choosing").hidden && byId("result").hidden) return trouble("Cancel what is under way first, then drop the file again.");
  if (clip) startAgain(null);
  send(file, file.name);
});

// The webcam.

let recorder = null;

async function openWebcam() {
  trouble(null);
  if (!navigator.mediaDevices) return trouble("Browsers give a page the webcam only over https, or on the machine itself.");
  let given;
  try {
    given = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 }, audio: false });
  } catch (error) {
    return trouble(error.name === "NotAllowedError" ? "The webcam was not allowed." : "There is no usable webcam.");
  }
  // Until it was allowed a file may have been sent, or the webcam asked for again.
  if (stream || byId("choosing").hidden) return stop(given);
  byId("preview").srcObject = stream = given;
  given.getTracks()[0].addEventListener("ended", () => recorder || unplugged(given));
  say(byId("recorded"), `up to ${MOST_RECORDED_S} s`);
  say(byId("record"), "Record");
  show("recording");
  byId("record").focus();
}

/** A recording ends by itself with its webcam, and is sent; before it there is nothing to send. */
function unplugged(webcam) {
  if (webcam !== stream) return;
  closeWebcam();
  startAgain("The webcam is gone: connect it again.");
}

function stop(webcam) {
  for (const track of webcam.getTracks()) track.stop();
}

function closeWebcam() {
  if (stream) stop(stream);
  byId("preview").srcObject = stream = recorder = null;
}

function record() {
  const parts = [];
  const began = performance.now();
  recorder = new MediaRecorder(stream);
  const ticking = setInterval(() => {
    const taken = (performance.now() - began) / 1000;
    say(byId("recorded"), `${Math.floor(taken)} of ${MOST_RECORDED_S} s`);
    if (taken >= MOST_RECORDED_S) recorder?.stop();
  }, 200);
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.onstop = () => {
    clearInterval(ticking);
    const video = new Blob(parts, { type: parts[0]?.type });
    const wanted = stream !== null;
    closeWebcam();
    if (wanted) send(video, "webcam.webm");
  };
  recorder.start();
  say(byId("record"), "Stop and send");
}

byId("webcam").addEventListener("click", openWebcam);
byId("record").addEventListener("click", () => (recorder ? recorder.stop() : record()));
byId("unrecord").addEventListener("click", () => {
  closeWebcam();
  startAgain(null);
});

// A page that is left, or loaded again by a person, gives its clip up; one that comes back from the browser's memory has lost it.
addEventListener("pagehide", () => {
  if (!clip) return;
  fetch(`api/clips/${clip}`, { method: "DELETE", keepalive: true });
  keep(null);
});
addEventListener("pageshow", (event) => event.persisted && startAgain(null));

/** Loads the page again if haredge has another version, other models or other limits by now: it may have been open since yesterday. */
async function renew() {
  if (document.hidden || byId("choosing").hidden) return;
  const now = await ask("api/setup", () => {});
  if (JSON.stringify(now) !== JSON.stringify(setup) && !byId("choosing").hidden) location.reload();
}

document.addEventListener("visibilitychange", renew);

if (kept()) {
  keep(kept());
  showProgress("Connecting", null, null);
  show("working");
  listen();
}
