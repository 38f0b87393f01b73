// Works the queue in the one tab that does: makes the MOCs, sends two files at a time, watches what becomes of them.
import { post } from '../api.js';
import { effect, untracked } from '../html.js';
import { forget as forgetShelf } from '../pages/shelf/shelf.js';
import { pause } from '../request.js';
import { session } from '../session.js';
import { batches, batchOf, change, changeBatch, fileOf, itemOf, items, online, progress, release } from './queue.js';
import { anew, link, look, outcome, passes, send } from './sending.js';
import { workOnce, working } from './tabs.js';

const AT_ONCE = 2;
const ATTEMPTS = 6;
const LONGEST_WAIT = 30;
const LOOK_MILLISECONDS = 8000;
const WATCH = { first: 500, longest: 3000 };

/** Aborts what is being sent, by item. */
const running = new Map();
/** How often an item has failed in a row, and when it may be tried next. */
const attempts = new Map();
const creating = new Set();
let watching = false;

let asked = false;

effect(() => {
  // A tab at which nobody is signed in can send nothing, and would keep those from it that can.
  if (asked || !session.value) return;
  asked = true;
  workOnce(work);
});

function work() {
  // Whatever changes may mean that there is something to do.
  effect(() => {
    const able = online.value && session.value && [batches.value, items.value];
    if (able) untracked(pump);
  });
}

function pump() {
  if (!working.peek() || !online.peek() || !session.peek()) return;
  for (const [id, controller] of running) if (!itemOf(id)) controller.abort();
  for (const batch of batches.peek()) {
    if (!batch.mocId && !batch.problem && !creating.has(batch.id) && due(batch.id)) create(batch);
  }
  const waiting = items.peek().filter(({ id, state }) => ['waiting', 'sending'].includes(state) && !running.has(id));
  for (const item of waiting.sort(byUse)) {
    if (running.size >= AT_ONCE) break;
    if (due(item.id) && batchOf(item.batch)?.mocId) run(item);
  }
  if (!watching && items.peek().some(watched)) watch();
}

/** What gives cover and parts first, then what is small. */
function byUse(one, other) {
  const rank = ({ role }) => ['model', 'parts', 'cover', 'photo'].indexOf(role) + 1 || 9;
  return rank(one) - rank(other) || one.position - other.position;
}

async function create(batch) {
  creating.add(batch.id);
  try {
    const { data } = await post('/api/mocs', batch.body, { key: batch.key });
    changeBatch(batch.id, { mocId: data.id, title: data.title });
    forgetShelf();
  } catch (failure) {
    if (!navigator.onLine || failure.status === 401) return;
    if (passes(failure) && later(batch.id)) {
      changeBatch(batch.id, { delayed: true });
      return;
    }
    // What was not refused may have been done: the key stays, so that it is not done twice.
    const key = passes(failure) ? batch.key : crypto.randomUUID();
    changeBatch(batch.id, { delayed: false, problem: plain(failure), key });
  } finally {
    creating.delete(batch.id);
    pump();
  }
}

async function run(item) {
  const controller = new AbortController();
  running.set(item.id, controller);
  const { mocId } = batchOf(item.batch);
  try {
    await send(item, mocId, await fileOf(item.id), {
      change: (changed) => change(item.id, changed),
      progress: (bytes) => progress(item.id, bytes),
      signal: controller.signal,
    });
    attempts.delete(item.id);
  } catch (failure) {
    if (!controller.signal.aborted) fail(item, failure);
  } finally {
    running.delete(item.id);
    pump();
  }
}

function fail(item, failure) {
  if (!(failure.status >= 0)) console.error(failure);
  // Being offline, or signed out, is nobody's attempt.
  if (!navigator.onLine || failure.status === 401) change(item.id, { state: 'waiting' });
  else if (passes(failure) && later(item.id)) change(item.id, { state: 'waiting', problem: failure.message });
  else if (passes(failure)) change(item.id, { state: 'failed', problem: failure.message });
  else change(item.id, { state: 'refused', reason: plain(failure) });
}

/** Plans the next attempt: after 1 s, then twice that, with jitter; false when it was tried often enough. */
function later(id) {
  const count = (attempts.get(id)?.count ?? 0) + 1;
  if (count >= ATTEMPTS) {
    attempts.delete(id);
    return false;
  }
  const wait = Math.min(LONGEST_WAIT, 2 ** (count - 1)) * (0.75 + Math.random() / 2) * 1000;
  attempts.set(id, { count, at: Date.now() + wait });
  setTimeout(pump, wait + 10);
  return true;
}

function due(id) {
  return (attempts.get(id)?.at ?? 0) <= Date.now();
}

function watched({ state }) {
  return state === 'checking' || state === 'linking';
}

/** Asks what has become of the files that were sent, until there is none left. */
async function watch() {
  watching = true;
  let wait = WATCH.first;
  while (session.peek() && items.peek().some(watched)) {
    await pause(wait);
    let moved = false;
    for (const item of items.peek().filter(watched)) moved = (await follow(item)) || moved;
    wait = moved ? WATCH.first : Math.min(wait * 1.4, WATCH.longest);
  }
  watching = false;
}

/** Whether something has become of the item. */
async function follow(item) {
  try {
    const changed = item.state === 'checking' ? await outcome(item) : await linked(item);
    if (changed.state) change(item.id, changed);
    else if (Date.now() - item.sentAt > LOOK_MILLISECONDS) await late(item);
    if (changed.state === 'ready' || changed.state === 'linking') release(item.id);
    if (changed.state === 'ready') forgetShelf();
    return Boolean(changed.state);
  } catch (failure) {
    if (passes(failure) || failure.status === 401) return false;
    // The session is gone: its end was more than a week ago, or somebody has cancelled it.
    if (item.state === 'checking' && failure.status === 404) change(item.id, { state: 'waiting', ...anew() });
    else change(item.id, { state: 'refused', reason: plain(failure) });
    return true;
  }
}

async function linked(item) {
  await link(item, batchOf(item.batch).mocId);
  return { state: 'ready' };
}

async function late(item) {
  await look(item);
  change(item.id, { sentAt: Date.now() });
}

/** A failure as the database can keep it. */
function plain({ message, status, code, details = [] }) {
  return { message, status, code, details };
}
