// What the gateway tells of: one stream for all panes. The browser resumes it where it broke off.
import { batch, signal } from '../app/html.js';
import { lineOf } from './lines.js';

const ADDRESS = '/_console/events';
// As many as the gateway remembers.
const MOST = { request: 500, message: 500, log: 2000 };
const TOGETHER_MILLISECONDS = 80;
const AGAIN_MILLISECONDS = 2000;

/** The newest first. */
export const requests = signal([]);
export const messages = signal([]);
export const lines = signal([]);
/** `connecting`, `live` or `away`. */
export const state = signal('connecting');
export const paused = signal(false);
/** How many wait until the pause ends, and how many went by unseen. */
export const held = signal(0);
export const lost = signal(0);

const LISTS = { request: requests, message: messages, log: lines };
const READ = { log: lineOf };
let waiting = [];
let timer = 0;
let since = 0;

/** Opens the stream; what is returned closes it. */
export function open() {
  let source = null;
  let retry = 0;
  const connect = () => {
    // The gateway tells everything again that it remembers.
    empty();
    source = new EventSource(ADDRESS);
    for (const kind of Object.keys(LISTS)) source.addEventListener(kind, (event) => take(kind, event));
    source.addEventListener('reset', empty);
    source.addEventListener('lost', ({ data }) => (lost.value += JSON.parse(data).count));
    source.onopen = () => (state.value = 'live');
    source.onerror = () => {
      state.value = 'away';
      if (source.readyState !== EventSource.CLOSED) return;
      // It was refused: the browser does not try again by itself.
      retry = setTimeout(connect, AGAIN_MILLISECONDS);
    };
  };
  connect();
  return () => {
    clearTimeout(retry);
    source.close();
    state.value = 'connecting';
  };
}

export function pause(stop) {
  paused.value = stop;
  if (!stop) put();
}

/** Forgets what is shown; the gateway goes on remembering it. */
export function clear() {
  since = Date.now();
  empty();
}

function empty() {
  waiting = [];
  batch(() => {
    for (const list of Object.values(LISTS)) list.value = [];
    held.value = 0;
    lost.value = 0;
  });
}

function take(kind, { data, lastEventId }) {
  const told = JSON.parse(data);
  if (told.at < since) return;
  const entry = { ...(READ[kind]?.(told) ?? told), key: lastEventId };
  waiting.push({ kind, entry: { ...entry, words: JSON.stringify(entry).toLowerCase() } });
  if (paused.value) {
    if (waiting.length > MOST.log) lost.value += waiting.splice(0, waiting.length - MOST.log).length;
    held.value = waiting.length;
  } else if (!timer) {
    timer = setTimeout(put, TOGETHER_MILLISECONDS);
  }
}

function put() {
  timer = 0;
  if (paused.value) return;
  const arrived = waiting;
  waiting = [];
  batch(() => {
    held.value = 0;
    for (const [kind, list] of Object.entries(LISTS)) {
      const found = arrived.filter((one) => one.kind === kind).map(({ entry }) => entry);
      if (found.length) list.value = [...found.reverse(), ...list.peek()].slice(0, MOST[kind]);
    }
  });
}
