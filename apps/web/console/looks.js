// What the gateway looks up when it is asked: often for the pane that is open, now and then for the others' counts.
import { signal } from '../app/html.js';
import { content, request } from '../app/request.js';

const OFTEN_MILLISECONDS = 1000;
const SELDOM_MILLISECONDS = 5000;

/** Each null at first; then `{rows}`, perhaps with the `count` of all, or `{problem}`. */
export const looks = { queues: signal(null), outbox: signal(null), mail: signal(null) };

/** Keeps looking, `open` being the pane that is shown; what is returned stops it. */
export function keepLooking(open, paused) {
  // PostgreSQL is asked only by who looks at its answer.
  const names = Object.keys(looks).filter((name) => name !== 'outbox' || open === 'outbox');
  const stops = names.map((name) => often(name, name === open ? OFTEN_MILLISECONDS : SELDOM_MILLISECONDS, paused));
  return () => stops.forEach((stop) => stop());
}

function often(name, milliseconds, paused) {
  let timer = 0;
  const stopped = new AbortController();
  const again = async () => {
    if (!document.hidden && !(paused.peek() && looks[name].peek())) await look(name, stopped.signal);
    if (!stopped.signal.aborted) timer = setTimeout(again, milliseconds);
  };
  again();
  return () => {
    stopped.abort();
    clearTimeout(timer);
  };
}

async function look(name, signalled) {
  let found;
  try {
    const response = await request(`/_console/${name}`, { seconds: 10, signal: signalled });
    found = response.ok ? await content(response) : null;
  } catch {
    found = null;
  }
  if (signalled.aborted) return;
  const before = looks[name].peek();
  const now = found ?? { problem: 'The gateway does not answer. Is `./mocshelf dev` still running?' };
  // What has not changed need not be drawn again.
  if (JSON.stringify(before) !== JSON.stringify(now)) looks[name].value = now;
}
