// The images of the gallery and of albums, page by page, and what becomes of them when one is changed.
import { get } from '../../api.js';
import { batch, computed, signal } from '../../html.js';
import { removed } from '../../removing.js';
import { session } from '../../session.js';

export const ALL = 'all';
export const LOOSE = 'none';
const PAGE_SIZE = 60;
const LONGEST_SEARCH = 200;
// Addresses of images are good for an hour.
const FRESH_MILLISECONDS = 5 * 60_000;

const lists = new Map();
let owner = null;

/**
 * The list of what is asked for: `album` is ALL, LOOSE for images outside any album, or an id; `q` is searched for.
 *
 * `images` is without those that are removed; `state` is `loading`, `ready` or `failed`, and `problem` says why.
 */
export function listOf({ album, q }) {
  if (owner !== session.peek().user.id) lists.clear();
  owner = session.peek().user.id;
  const search = [...q.trim()].slice(0, LONGEST_SEARCH).join('');
  const key = keyOf(album, search);
  if (!lists.has(key)) lists.set(key, made(album, search));
  return lists.get(key);
}

function made(album, search) {
  const loaded = signal([]);
  const counted = signal(0);
  const images = computed(() => loaded.value.filter(({ id }) => !removed.value.has(pathOf(id))));
  const total = computed(() => counted.value - (loaded.value.length - images.value.length));
  return {
    album,
    search,
    loaded,
    counted,
    images,
    total,
    state: signal('loading'),
    problem: signal(null),
    pages: 0,
    at: 0,
    running: null,
  };
}

/** Loads the list, unless what is there is still good. */
export function open(list) {
  if (list.state.peek() !== 'failed' && Date.now() - list.at < FRESH_MILLISECONDS) return;
  renew(list);
}

/** Loads the list from its beginning. */
export function renew(list) {
  list.at = Date.now();
  list.pages = 0;
  load(list);
}

/** Has the lists loaded anew when they are shown next: there are other images than they know. */
export function forget() {
  for (const list of lists.values()) list.at = 0;
}

/** Loads the next page, unless that is being done or all is there. */
export function more(list) {
  if (list.state.peek() === 'ready' && incomplete(list)) load(list);
}

/** Tries again what has failed. */
export function again(list) {
  load(list);
}

export function incomplete(list) {
  return list.loaded.value.length < list.counted.value;
}

/** The API's path of an image. */
export function pathOf(id) {
  return `/api/images/${id}`;
}

/** Puts the image as it now is into every list that is kept. */
export function changed(image) {
  batch(() => {
    for (const list of lists.values()) {
      const before = list.loaded.peek();
      const there = before.some(({ id }) => id === image.id);
      if (there && fits(list, image)) {
        list.loaded.value = before.map((one) => (one.id === image.id ? image : one));
      } else if (there) {
        list.loaded.value = before.filter(({ id }) => id !== image.id);
        list.counted.value -= 1;
      } else if (fits(list, image)) {
        // What is put into an album stands first. Where else it belongs the API knows.
        if (list.at > 0 && list.album === image.albumId && !list.search) putFirst(list, image);
        else list.at = 0;
      }
    }
  });
}

/** Puts a new image first in every list that it belongs to. */
export function arrived(image) {
  batch(() => {
    for (const list of lists.values()) {
      const known = list.loaded.peek().some(({ id }) => id === image.id);
      if (known || list.at === 0 || !fits(list, image)) continue;
      if (list.search) {
        list.at = 0;
        continue;
      }
      putFirst(list, image);
    }
  });
}

function putFirst(list, image) {
  list.loaded.value = [image, ...list.loaded.peek()];
  list.counted.value += 1;
}

/** Puts an image of the list behind another one, with null first. */
export function stand(list, id, after) {
  const loaded = list.loaded.peek();
  const image = loaded.find((one) => one.id === id);
  if (!image) return;
  const others = loaded.filter((one) => one !== image);
  const at = after === null ? 0 : others.findIndex((one) => one.id === after) + 1;
  list.loaded.value = others.toSpliced(at, 0, image);
}

/** Behind which image of its album an image stands: null for none, undefined where that is not known. */
export function placeOf({ id, albumId }) {
  const loaded = known(albumId)?.loaded.peek() ?? [];
  const at = loaded.findIndex((one) => one.id === id);
  return at === -1 ? undefined : (loaded[at - 1]?.id ?? null);
}

/** As `changed`, and then behind the image `place` of its album; undefined leaves it where it is. */
export function placed(image, place) {
  batch(() => {
    changed(image);
    const list = known(image.albumId);
    if (list && place !== undefined) stand(list, image.id, place);
  });
}

/** The list of an album, if it is kept. */
function known(album) {
  return lists.get(keyOf(album, ''));
}

function keyOf(album, search) {
  return JSON.stringify([album, search]);
}

function fits({ album }, { albumId }) {
  if (album === ALL) return true;
  return album === LOOSE ? albumId === null : albumId === album;
}

async function load(list) {
  list.running?.abort();
  list.running = new AbortController();
  const { signal: aborted } = list.running;
  const page = list.pages + 1;
  list.state.value = 'loading';
  try {
    const albumId = list.album === LOOSE ? null : list.album;
    const query = { search: list.search, albumId, page, limit: PAGE_SIZE };
    const answer = await get('/api/images', { query, signal: aborted });
    if (aborted.aborted) return;
    list.pages = page;
    batch(() => {
      list.loaded.value = page === 1 ? answer.data : joined(list.loaded.peek(), answer.data);
      // What was deleted meanwhile leaves fewer than were counted.
      list.counted.value = answer.data.length < PAGE_SIZE ? list.loaded.peek().length : answer.total;
      list.state.value = 'ready';
    });
  } catch (failure) {
    if (aborted.aborted) return;
    batch(() => {
      list.problem.value = failure;
      list.state.value = 'failed';
    });
  }
}

/** Both, without what has moved from one page to the next meanwhile. */
function joined(before, after) {
  const known = new Set(before.map(({ id }) => id));
  return [...before, ...after.filter(({ id }) => !known.has(id))];
}
