// What the user has removed. It can be taken back for a while, and only then is the API told.
import { remove } from './api.js';
import { signal } from './html.js';
import { session } from './session.js';
import { say } from './ui/toast.js';

const UNDO_MILLISECONDS = 8000;

/** Ids of what is removed, whether the API knows yet or not. Pages leave them out. */
export const removed = signal(new Set());

const waiting = new Map();

/**
 * Removes what has the id by `DELETE path`, unless it is taken back in time. `message` says what is gone;
 * `done` is called when the API has removed it.
 */
export function removeLater(id, { path, message, done = () => {} }) {
  if (removed.peek().has(id)) return;
  removed.value = new Set([...removed.peek(), id]);
  waiting.set(id, {
    path,
    done,
    user: session.value.user.id,
    away: say(message, { undo: () => takeBack(id) }),
    timer: setTimeout(() => send(id), UNDO_MILLISECONDS),
  });
}

/** Whether it is not too late yet. */
export function canTakeBack(id) {
  return waiting.has(id);
}

export function takeBack(id) {
  const one = forgotten(id);
  if (one) restore(id);
}

// Whoever leaves has made up their mind.
addEventListener('pagehide', () => {
  for (const id of waiting.keys()) send(id, { keepalive: true });
});

async function send(id, options) {
  const { path, done, user } = forgotten(id);
  try {
    // Somebody else's session would be refused.
    if (session.value?.user.id !== user) return;
    await remove(path, options);
  } catch (failure) {
    if (failure.status !== 404) {
      restore(id);
      say(`That was not removed. ${failure.message}`);
      return;
    }
  }
  done();
}

function forgotten(id) {
  const one = waiting.get(id);
  if (!one) return null;
  waiting.delete(id);
  clearTimeout(one.timer);
  one.away();
  return one;
}

function restore(id) {
  removed.value = new Set([...removed.peek()].filter((other) => other !== id));
}
