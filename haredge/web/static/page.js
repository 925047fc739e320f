// What both pages need: making elements, and words for durations.

const SVG = "http://www.w3.org/2000/svg";

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function shape(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function dot(colour) {
  return shape(
    "svg",
    { class: "dot", viewBox: "0 0 12 12", "aria-hidden": "true" },
    shape("circle", { cx: 6, cy: 6, r: 6, fill: colour }),
  );
}

export function byId(id) {
  return document.getElementById(id);
}

/** Sets a text only if it is another one, so that screen readers do not repeat it. */
export function say(target, words) {
  if (target.textContent !== words) target.textContent = words;
}

/** 42 s, 3 min 20 s, 1 h 5 min. */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return whole % 60 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${whole / 60} min`;
  const minutes = Math.floor((whole % 3600) / 60);
  return minutes ? `${Math.floor(whole / 3600)} h ${minutes} min` : `${Math.floor(whole / 3600)} h`;
}

/** 0:42.5 */
export function position(seconds) {
  const tenths = Math.round(seconds * 10);
  const minutes = Math.floor(tenths / 600);
  return `${minutes}:${String(Math.floor(tenths / 10) % 60).padStart(2, "0")}.${tenths % 10}`;
}

export function percent(share) {
  return `${Math.round(share * 100)} %`;
}
