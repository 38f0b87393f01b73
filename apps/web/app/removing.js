// Removing what can be taken back: hidden at once, but nothing is sent as long as it can be undone.
import { remove } from './api.js';
import { signal } from './html.js';
import { each } from './several.js';
import { say, SECONDS } from './ui/toast.js';

/** What is removed, or about to be, by its path in the API: pages leave it out. */
export const removed = signal(new Set());

const waiting = new Set();

/** Removes what is at the paths, unless the user takes it back; `message` says so, `after` hears that it is done. */
export function removeLater(paths, message, after = () => {}) {
  const removal = { paths, after };
  waiting.add(removal);
  hide(paths);
  removal.timer = setTimeout(finish, SECONDS * 1000, removal);
  removal.away = say(message, { undo: () => undo(removal) });
}

/** Whether it is not too late yet for what is at the path. */
export function canTakeBack(path) {
  return [...waiting].some(({ paths }) => paths.includes(path));
}

/** Takes back the removal that the path was part of. */
export function takeBack(path) {
  for (const removal of waiting) if (removal.paths.includes(path)) undo(removal);
}

/** Keeps what is at the path after all: something new is there. */
export function keep(path) {
  for (const removal of waiting) removal.paths = removal.paths.filter((one) => one !== path);
  show([path]);
}

function undo(removal) {
  if (!waiting.delete(removal)) {
    say('It is deleted already.');
    return;
  }
  clearTimeout(removal.timer);
  removal.away();
  show(removal.paths);
}

async function finish(removal, options = {}) {
  if (!waiting.delete(removal)) return;
  clearTimeout(removal.timer);
  const results = await each(removal.paths, (path) => remove(path, options));
  // What is not there is removed, whoever did it.
  const failed = results.filter(({ failure }) => failure && failure.status !== 404);
  if (failed.length > 0) {
    show(failed.map(({ item }) => item));
    const what = failed.length === 1 ? 'It was' : `${failed.length} were`;
    say(`${what} not deleted. ${failed[0].failure.message}`);
  }
  removal.after();
}

// Whoever leaves does not take it back. With `keepalive` requests are sent though their page goes away.
function finishAll() {
  for (const removal of [...waiting]) {
    waiting.delete(removal);
    clearTimeout(removal.timer);
    for (const path of removal.paths) remove(path, { keepalive: true }).catch(() => {});
  }
}

addEventListener('pagehide', finishAll);
addEventListener('signing-out', finishAll);

function hide(paths) {
  removed.value = new Set([...removed.peek(), ...paths]);
}

function show(paths) {
  removed.value = new Set([...removed.peek()].filter((path) => !paths.includes(path)));
}
