// Photos on their way to the gallery, two at a time. They go on while other pages are shown.
import { get } from '../../api.js';
import { computed, effect, signal } from '../../html.js';
import { contentType, PHOTOS, refusal } from '../../pictures.js';
import { send } from '../../sending.js';
import { session } from '../../session.js';
import { say } from '../../ui/toast.js';
import { load as loadAlbums } from './albums.js';
import { giveCover, photos } from './changes.js';
import { arrived, pathOf } from './images.js';

const WIDTH = 2;
const MEGABYTES = 20;
const LONGEST_TITLE = 200;

/**
 * What is not in the gallery yet: `{id, file, album, state, part, message}`; `state` is `waiting`, `sending` with the
 * part sent from 0 to 1, or `failed` with what is wrong; `again` tells whether it may be tried again as it is.
 */
export const uploads = signal([]);
/** How many of how many are done since there last was nothing to do. */
export const tally = signal({ done: 0, all: 0 });
export const moving = computed(() => uploads.value.some(({ state }) => state !== 'failed'));

const aborts = new Map();
let last = 0;

/** Takes files into the gallery, or into the album that is given. What cannot be taken is told of at once. */
export function add(files, album = null) {
  const made = [...files].map((file) => {
    last += 1;
    const message = refusal(file, PHOTOS, MEGABYTES);
    return { id: last, file, album, state: message ? 'failed' : 'waiting', part: 0, message, again: false };
  });
  if (!moving.peek()) tally.value = { done: 0, all: 0 };
  const fine = made.filter(({ state }) => state === 'waiting');
  tally.value = { ...tally.peek(), all: tally.peek().all + fine.length };
  uploads.value = [...uploads.peek(), ...made];
  proceed();
}

export function retry(id) {
  if (!moving.peek()) tally.value = { done: 0, all: 0 };
  tally.value = { ...tally.peek(), all: tally.peek().all + 1 };
  change(id, { state: 'waiting', part: 0, message: '' });
  proceed();
}

/** Ends an upload, or forgets one that has failed. */
export function drop(id) {
  const { state } = uploads.peek().find((one) => one.id === id);
  if (state !== 'failed') tally.value = { ...tally.peek(), all: tally.peek().all - 1 };
  aborts.get(id)?.abort();
  uploads.value = uploads.peek().filter((one) => one.id !== id);
  proceed();
}

export function dropFailed() {
  uploads.value = uploads.peek().filter(({ state }) => state !== 'failed');
}

function proceed() {
  const sending = uploads.peek().filter(({ state }) => state === 'sending').length;
  const next = uploads.peek().filter(({ state }) => state === 'waiting');
  for (const upload of next.slice(0, WIDTH - sending)) run(upload);
  if (moving.peek() || tally.peek().done === 0) return;
  say(`${photos(tally.peek().done)} added.`);
  tally.value = { done: 0, all: 0 };
  loadAlbums();
}

async function run({ id, file, album }) {
  const abort = new AbortController();
  aborts.set(id, abort);
  change(id, { state: 'sending' });
  const target = { purpose: 'gallery-image', ...(album && { albumId: album.id }) };
  const { name } = file;
  const described = { name, contentType: contentType(name), title: titleOf(name), content: file };
  const progress = (part) => change(id, { part });
  try {
    const made = await send(target, described, { progress, signal: abort.signal });
    const { data } = await get(pathOf(made.id));
    arrived(data);
    uploads.value = uploads.peek().filter((one) => one.id !== id);
    tally.value = { ...tally.peek(), done: tally.peek().done + 1 };
    await giveCover(album, data);
  } catch (failure) {
    if (abort.signal.aborted) return;
    // What the API has refused it will refuse again, unless it was a limit of the moment.
    const again = !failure.code || failure.status >= 429;
    change(id, { state: 'failed', message: failure.message, again });
    tally.value = { ...tally.peek(), all: tally.peek().all - 1 };
  } finally {
    aborts.delete(id);
    proceed();
  }
}

function change(id, fields) {
  uploads.value = uploads.peek().map((one) => (one.id === id ? { ...one, ...fields } : one));
}

/** The name without its extension, as a photo would be called. */
function titleOf(name) {
  const words = name.replace(/\.[^.]+$/, '').replace(/[_-]+/g, ' ').trim() || name;
  return [...words[0].toUpperCase() + words.slice(1)].slice(0, LONGEST_TITLE).join('');
}

addEventListener('beforeunload', (event) => {
  if (moving.peek()) event.preventDefault();
});

// They were the user's who is gone.
effect(() => {
  if (session.value) return;
  for (const abort of aborts.values()) abort.abort();
  uploads.value = [];
});
