// The server: what it is asked for, and what it says by itself. A network can end without a word.

const SILENT_MS = 12_000; // each stream says something every five seconds

export const AGAIN_MS = 3000;

export function pause(ms) {
  return new Promise((later) => setTimeout(later, ms));
}

/** Calls ``late`` once, unless the clock that is returned is set again, or stopped, within the time of a silence. */
export function silence(late) {
  let timer;
  const stop = () => clearTimeout(timer);
  const set = () => {
    stop();
    timer = setTimeout(late, SILENT_MS);
  };
  set();
  return { set, stop };
}

/** Leads to where the token is asked for, if this answer does; returns whether it does. By this header it is haredge that asks, and not a proxy. */
function asksForToken(answer) {
  const asks = answer.status === 401 && answer.headers.has("www-authenticate");
  if (asks) location.reload();
  return asks;
}

/** Asks once, and returns what is read of the answer; nothing without one, or not a whole one. Who has to give the token, or another one, is led to where it is asked for. */
async function answered(address, read) {
  const asking = new AbortController();
  const clock = silence(() => asking.abort());
  try {
    const answer = await fetch(address, { signal: asking.signal });
    if (asksForToken(answer)) await new Promise(() => {}); // until the other page is there
    return await read(answer);
  } catch {
    return undefined;
  } finally {
    clock.stop();
    asking.abort(); // what was not read of a stream
  }
}

/** Asks for an object until there is an answer. */
export async function ask(address, unanswered) {
  for (;;) {
    const object = await answered(address, (answer) => (answer.ok ? answer.json() : undefined));
    if (object !== undefined) return object;
    unanswered();
    await pause(AGAIN_MS);
  }
}

/** Asks why a stream is refused, which an EventSource does not tell; returns the status, 0 if there is no answer. */
async function refusal(address) {
  return (await answered(address, (answer) => answer.status)) ?? 0;
}

/**
 * Listens to events; returns a function that ends it.
 *
 * Calls ``heard`` with each one, and ``lost`` once, when the stream has broken off, fallen silent, or been refused, with
 * the status of the server's answer: 204 if there is nothing to listen to, 0 if there is no answer.
 */
export function listenTo(address, { opened = () => {}, heard, lost }) {
  const source = new EventSource(address);
  const end = () => {
    clock.stop();
    source.close();
  };
  const broken = async () => {
    const refused = source.readyState === EventSource.CLOSED;
    end();
    lost(refused ? await refusal(address) : 0);
  };
  const clock = silence(broken);
  source.onopen = () => (clock.set(), opened());
  source.onmessage = (event) => (clock.set(), heard(JSON.parse(event.data)));
  source.onerror = broken;
  return end;
}
