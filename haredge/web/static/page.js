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

/** A person's number on their colour. */
export function chip(person, colours) {
  const colour = colours[(person - 1) % colours.length];
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const ink = 0.299 * red + 0.587 * green + 0.114 * blue > 118 ? "#0e1016" : "#ffffff";
  const width = 8 + 8 * String(person).length;
  return shape(
    "svg",
    { class: "chip", viewBox: `0 0 ${width} 18`, width, height: 18, role: "img", "aria-label": `Person ${person}` },
    shape("rect", { width, height: 18, rx: 4, fill: colour }),
    shape("text", { x: width / 2, y: 13.5, "text-anchor": "middle", fill: ink, "aria-hidden": "true" }, String(person)),
  );
}

/** The rows of a time line: one for each person; times are in the view box's units, and so is the least width. */
export function strips(spans, rows, least, fill) {
  const shown = spans.filter((span) => span.row !== null && span.row !== undefined);
  return shown.map((span) => {
    const attributes = { x: span.x, y: span.row + (rows > 1 ? 0.06 : 0), width: Math.max(least, span.width) };
    const title = shape("title", {}, span.title);
    return shape("rect", { ...attributes, height: rows > 1 ? 0.88 : 1, fill: fill(span) }, title);
  });
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
