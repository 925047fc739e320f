// The images of a stream, one by one.

import { silence } from "./server.js";

const MOST_HEAD = 64; // bytes

/** What haredge says in words when it gives no images. */
export class Refused extends Error {}

/** Yields the JPEG images of a stream as they come, each after a line with its length, until it ends or falls silent. */
export async function* images(address, signal) {
  const streaming = new AbortController();
  signal.addEventListener("abort", () => streaming.abort());
  const clock = silence(() => streaming.abort());
  try {
    const response = await fetch(address, { signal: streaming.signal });
    if (!response.ok) throw await refusal(response);
    const reader = response.body.getReader();
    let held = new Uint8Array();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clock.set();
      held = joined(held, value);
      for (let part; (part = firstImage(held)); held = held.subarray(part.end)) yield held.subarray(part.start, part.end);
    }
  } finally {
    clock.stop();
    streaming.abort();
  }
}

async function refusal(response) {
  const words = await response.text();
  return response.headers.get("Content-Type")?.startsWith("text/plain") ? new Refused(words) : new Error(words);
}

function joined(one, other) {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** Where the first image begins and ends; nothing if it is not whole yet. */
function firstImage(bytes) {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, MOST_HEAD)).match(/^Content-Length: (\d+)\r\n\r\n/);
  if (!head) return null;
  const start = head[0].length;
  const end = start + Number(head[1]);
  return end <= bytes.length ? { start, end } : null;
}
