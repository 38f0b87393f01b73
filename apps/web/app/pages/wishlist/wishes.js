// The whole wishlist in the user's own order, and what is done to it.
import { get, patch, post } from '../../api.js';
import { batch, computed, signal } from '../../html.js';
import { contentType, renew } from '../../pictures.js';
import { removed, removeLater } from '../../removing.js';
import { send } from '../../sending.js';
import { session } from '../../session.js';
import { moved } from '../../ui/reorder.js';
import { say } from '../../ui/toast.js';

const PAGE_SIZE = 500;
const MOST_PLACES = 1000;
// Orders are compared as text. With zeros in front a place is before every time, which is what a new wish has.
const DIGITS = 6;
// Addresses of pictures are good for an hour.
const FRESH_MILLISECONDS = 5 * 60_000;

const loaded = signal([]);

/** Without those that are removed. */
export const wishes = computed(() => loaded.value.filter(present));
/** `loading`, `ready` or `failed`; `problem` says why. */
export const state = signal('loading');
export const problem = signal(null);

let owner = null;
let at = 0;
let loading = 0;
/** The order of each wish as the API last had it. */
let stored = new Map();

/** The API's path of a wish. */
export function pathOf(id) {
  return `/api/wishlist/${id}`;
}

/** Loads the list, unless what is there is still good. */
export function open() {
  const user = session.peek().user.id;
  const fresh = user === owner && state.peek() === 'ready' && Date.now() - at < FRESH_MILLISECONDS;
  if (fresh) return;
  if (user !== owner) loaded.value = [];
  owner = user;
  load();
}

export async function load() {
  const turn = (loading += 1);
  state.value = 'loading';
  try {
    const found = [];
    for (let page = 1, total = 1; found.length < total; page += 1) {
      const answer = await get('/api/wishlist', { query: { page, limit: PAGE_SIZE } });
      found.push(...answer.data);
      total = answer.data.length < PAGE_SIZE ? found.length : answer.total;
    }
    if (turn !== loading) return;
    at = Date.now();
    stored = new Map(found.map(({ id, sortOrder }) => [id, sortOrder]));
    batch(() => {
      loaded.value = found;
      state.value = 'ready';
    });
  } catch (failure) {
    if (turn !== loading) return;
    batch(() => {
      problem.value = failure;
      state.value = 'failed';
    });
  }
}

/** What is found, best first, without what is removed. */
export async function search(q, signal) {
  const { data } = await get('/api/wishlist/search', { query: { search: q, limit: PAGE_SIZE }, signal });
  return data;
}

export function present({ id }) {
  return !removed.value.has(pathOf(id));
}

export async function create(fields) {
  const { data } = await post('/api/wishlist', fields);
  stored.set(data.id, data.sortOrder);
  loaded.value = [...loaded.peek(), data];
  return data;
}

/** Changes a wish; `version` is the one that must still hold. */
export async function update(id, fields, version) {
  const { data } = await patch(pathOf(id), fields, { version });
  put(data);
  return data;
}

/** Gives a wish its picture from a file. */
export async function sendPicture(id, file, options) {
  const target = { purpose: 'wishlist-image', itemId: id };
  await send(target, { name: file.name, contentType: contentType(file.name), content: file }, options);
  const { data } = await get(pathOf(id));
  await renew(data.imageUrl);
  put(data);
}

export function remove({ id, title }) {
  removeLater([pathOf(id)], `“${title}” deleted.`, () => {
    loaded.value = loaded.peek().filter(present);
  });
}

/** Puts a wish as it now is in the place of what was known of it. */
export function put(wish) {
  stored.set(wish.id, wish.sortOrder);
  loaded.value = loaded.peek().map((one) => (one.id === wish.id ? wish : one));
}

let saving = Promise.resolve();

/** Moves a wish among those that are shown; what is shown does not wait for the API. */
export function move(shown, from, to) {
  const places = new Set(shown.map(({ id }) => id));
  // The others keep their places: those shown are dealt anew to the places that they have together.
  const next = moved(shown, from, to).values();
  loaded.value = numbered(loaded.peek().map((wish) => (places.has(wish.id) ? next.next().value : wish)));
  // One at a time, so that the last order is the one that stays.
  saving = saving.then(save);
}

async function save() {
  const items = loaded
    .peek()
    .filter(({ id, sortOrder }) => stored.get(id) !== sortOrder)
    .map(({ id, sortOrder }) => ({ id, sortOrder }));
  try {
    for (let start = 0; start < items.length; start += MOST_PLACES) {
      const some = items.slice(start, start + MOST_PLACES);
      await post('/api/wishlist/reorder', { items: some });
      for (const { id, sortOrder } of some) stored.set(id, sortOrder);
    }
  } catch (failure) {
    loaded.value = restored(loaded.peek());
    say(`The new order was not kept. ${failure.message}`);
    // Something is not as it was thought to be, such as a wish that was deleted elsewhere.
    if (failure.status > 0) load();
  }
}

/** With the orders that say the places; whoever has it already keeps it. */
function numbered(list) {
  return list.map((wish, index) => {
    const sortOrder = String(index + 1).padStart(DIGITS, '0');
    return wish.sortOrder === sortOrder ? wish : { ...wish, sortOrder };
  });
}

/** In the order that the API has. */
function restored(list) {
  const before = list.map((wish) => ({ ...wish, sortOrder: stored.get(wish.id) ?? wish.sortOrder }));
  return before.sort((one, other) => compare(one.sortOrder, other.sortOrder) || compare(one.id, other.id));
}

function compare(one, other) {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
