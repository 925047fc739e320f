// Whether corners are the outline of a zone: the rules of haredge/core/zone.py, by which config.yaml is read.

const LEAST_AREA = 1e-6; // share of the image
const ON_A_LINE = 1e-9; // twice the area of a triangle, within rounding

/** What keeps corners from being the outline of the zone with this name, in words; nothing if they may be. */
export function mistakeIn(name, corners) {
  if (corners.length < 3) return `${name} has ${corners.length} corners; a zone has three or more.`;
  const edges = corners.map((corner, index) => [corner, corners[(index + 1) % corners.length]]);
  const same = edges.findIndex(([[ax, ay], [bx, by]]) => ax === bx && ay === by);
  if (same >= 0) return `Corners ${same + 1} and ${((same + 1) % corners.length) + 1} of ${name} are at the same place.`;
  if (corners.every((corner) => isLine(corners[0], corners[1], corner))) return `${name} has no area: all its corners lie on one line.`;
  if (crosses(edges)) return `The outline of ${name} crosses itself.`;
  return area(edges) < LEAST_AREA ? `${name} has no area.` : "";
}

function crosses(edges) {
  const last = edges.length - 1;
  return edges.some((first, i) =>
    edges.some((second, j) => {
      if (j <= i) return false;
      if (j === i + 1) return foldsBack(first, second);
      return i === 0 && j === last ? foldsBack(second, first) : meet(first, second);
    }),
  );
}

/** Whether an edge runs back along the one before it. */
function foldsBack([a, b], [, c]) {
  return isLine(a, b, c) && (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) < 0;
}

function meet([a, b], [c, d]) {
  if (isBetween(a, c, d) || isBetween(b, c, d) || isBetween(c, a, b) || isBetween(d, a, b)) return true;
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

function isBetween(point, a, b) {
  const within = [0, 1].every((axis) => Math.min(a[axis], b[axis]) <= point[axis] && point[axis] <= Math.max(a[axis], b[axis]));
  return within && isLine(a, b, point);
}

function isLine(a, b, c) {
  return Math.abs(turn(a, b, c)) <= ON_A_LINE;
}

/** Twice the signed area of a triangle. */
function turn([ax, ay], [bx, by], [cx, cy]) {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

function area(edges) {
  return Math.abs(edges.reduce((sum, [[ax, ay], [bx, by]]) => sum + ax * by - bx * ay, 0)) / 2;
}
