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

/** Asks for an object until there is an answer; who has to give the token, or another one, is led to where it is asked for. */
export async function ask(address, unanswered) {
  for (;;) {
    const asking = new AbortController();
    const clock = silence(() => asking.abort());
    try {
      const answer = await fetch(address, { signal: asking.signal });
      if (answer.ok) return await answer.json();
      // By this header it is haredge that asks, and not a proxy.
      if (answer.status === 401 && answer.headers.has("www-authenticate")) {
        location.reload();
        await new Promise(() => {}); // until the other page is there
      }
    } catch {
      // No answer, or not a whole one: asked again below.
    } finally {
      clock.stop();
    }
    unanswered();
    await pause(AGAIN_MS);
  }
}

/**
 * Listens to events; returns a function that ends it.
 *
 * Calls ``heard`` with each one, and ``lost`` once, when the stream has broken off or fallen silent, or with true when
 * the server has refused it.
 */
export function listenTo(address, { opened = () => {}, heard, lost }) {
  const source = new EventSource(address);
  const end = () => {
    clock.stop();
    source.close();
  };
  const broken = () => {
    const refused = source.readyState === EventSource.CLOSED;
    end();
    lost(refused);
  };
  const clock = silence(broken);
  source.onopen = () => (clock.set(), opened());
  source.onmessage = (event) => (clock.set(), heard(JSON.parse(event.data)));
  source.onerror = broken;
  return end;
}
