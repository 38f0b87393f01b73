// What was ticked off and is not with the API yet: kept in this browser until it is, whatever happens meanwhile.
import { patch } from '../../../api.js';
import { signal } from '../../../html.js';
import { session } from '../../../session.js';
import { say } from '../../../ui/toast.js';
import { forget } from '../../shelf/shelf.js';
import { address, takeList } from '../moc.js';

// What the API takes at once.
const MOST = 500;
// Taps that follow each other go together.
const GATHER_MILLISECONDS = 250;
const LONGEST_WAIT_SECONDS = 60;
const PREFIX = 'mocshelf.ticks.';

/** Pieces by line id, by list id: `{mocId, ticks: Map}`. */
export const unsent = signal(new Map());
/** `saved`, `saving`, or `failed`: tried again by itself, and by `again`. */
export const state = signal('saved');
export const problem = signal(null);
/** What the API has taken last: `{listId, ticks}`. */
export const taken = signal(null);
/** `{mocId, listId}` of the list that does not take its ticks: its lines are not what they were. */
export const refused = signal(null);

let user = null;
let timer = 0;
let failures = 0;
let running = null;

/** Sets how many pieces of lines are there: `[lineId, pieces]` each. */
export function tick(mocId, listId, pairs) {
  const ticks = new Map(unsent.peek().get(listId)?.ticks);
  for (const [id, pieces] of pairs) ticks.set(id, pieces);
  keep(listId, mocId, ticks);
  if (state.peek() === 'saved') state.value = 'saving';
  // While the API cannot be reached, what waits for the next attempt takes this along.
  if (state.peek() === 'saving') plan(GATHER_MILLISECONDS);
}

/** Takes up what was left unsent before this page was loaded. */
export function resume() {
  if (user === session.peek().user.id) return;
  user = session.peek().user.id;
  failures = 0;
  state.value = 'saved';
  unsent.value = read();
  if (unsent.value.size > 0) send();
}

/** Tries now, and not when it is time; resolves when that is over, whether it worked or not. */
export function again() {
  failures = 0;
  return send();
}

/** Forgets ticks that the API will never take. */
export function drop(listId, keeps) {
  const { mocId, ticks } = unsent.peek().get(listId) ?? {};
  if (ticks) keep(listId, mocId, new Map([...ticks].filter(([id, pieces]) => keeps(id, pieces))));
}

addEventListener('online', () => unsent.peek().size > 0 && again());
addEventListener('pagehide', () => {
  // What does not arrive is sent after the next start.
  if (running) return;
  for (const [listId, { mocId, ticks }] of unsent.peek()) ask(mocId, listId, ticks, true).catch(() => {});
});

function plan(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(send, milliseconds);
}

function send() {
  clearTimeout(timer);
  running ??= sendAll().finally(() => {
    running = null;
  });
  return running;
}

async function sendAll() {
  let listId = null;
  try {
    while (unsent.peek().size > 0 && mine()) {
      let mocId;
      let ticks;
      [[listId, { mocId, ticks }]] = unsent.peek();
      state.value = 'saving';
      const some = new Map([...ticks].slice(0, MOST));
      const { data } = await ask(mocId, listId, some);
      failures = 0;
      take(listId, some, data);
    }
    state.value = unsent.peek().size > 0 ? 'failed' : 'saved';
    problem.value = null;
  } catch (failure) {
    fail(listId, failure);
  }
}

function ask(mocId, listId, ticks, keepalive = false) {
  const parts = [...ticks].slice(0, MOST).map(([id, acquiredQuantity]) => ({ id, acquiredQuantity }));
  return patch(`${address(mocId)}/parts-lists/${listId}/parts`, { parts }, { keepalive });
}

function take(listId, sent, list) {
  // Somebody else may have signed in meanwhile.
  const { mocId, ticks } = unsent.peek().get(listId) ?? {};
  if (!ticks || !mine()) return;
  taken.value = { listId, ticks: sent };
  // What was changed while it was on its way is sent again.
  keep(listId, mocId, new Map([...ticks].filter(([id, pieces]) => sent.get(id) !== pieces)));
  takeList(list);
  forget();
}

function fail(listId, failure) {
  problem.value = failure;
  if (failure.status === 403 || failure.status === 404) {
    drop(listId, () => false);
    say('That parts list is not there any more.');
    plan(0);
  } else if (failure.status === 400) {
    state.value = 'failed';
    refused.value = { listId, mocId: unsent.peek().get(listId).mocId };
  } else {
    state.value = 'failed';
    failures += 1;
    // Whoever signs in again goes on from here.
    if (failure.status !== 401) plan(Math.min(2 ** failures, LONGEST_WAIT_SECONDS) * 1000);
  }
}

function mine() {
  return session.peek()?.user.id === user;
}

function keep(listId, mocId, ticks) {
  const all = new Map(unsent.peek());
  if (ticks.size > 0) all.set(listId, { mocId, ticks });
  else all.delete(listId);
  unsent.value = all;
  const key = `${PREFIX}${user}.${listId}`;
  try {
    if (ticks.size > 0) localStorage.setItem(key, JSON.stringify({ mocId, ticks: [...ticks] }));
    else localStorage.removeItem(key);
  } catch {
    // Without storage they last as long as the page.
  }
}

function read() {
  const prefix = `${PREFIX}${user}.`;
  const found = new Map();
  for (const key of Object.keys(localStorage).filter((one) => one.startsWith(prefix))) {
    try {
      const { mocId, ticks } = JSON.parse(localStorage.getItem(key));
      found.set(key.slice(prefix.length), { mocId, ticks: new Map(ticks) });
    } catch {
      localStorage.removeItem(key);
    }
  }
  return found;
}
