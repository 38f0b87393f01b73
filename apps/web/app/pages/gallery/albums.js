// The user's albums: all of them, newest first as the API orders them.
import { get, patch, post } from '../../api.js';
import { batch, computed, signal } from '../../html.js';
import { removed } from '../../removing.js';
import { session } from '../../session.js';

const PAGE_SIZE = 100;
const loaded = signal([]);

/** Without those that are removed. */
export const albums = computed(() => loaded.value.filter(({ id }) => !removed.value.has(pathOf(id))));
/** `loading`, `ready` or `failed`; `problem` says why. */
export const state = signal('loading');
export const problem = signal(null);

let owner = null;
let asked = 0;

/** The API's path of an album. */
export function pathOf(id) {
  return `/api/albums/${id}`;
}

/** Loads the albums with what they hold now; those that are known stay meanwhile. */
export async function load() {
  const turn = (asked += 1);
  const user = session.peek()?.user.id;
  if (!user) return;
  if (user !== owner) loaded.value = [];
  owner = user;
  try {
    const found = [];
    for (let page = 1, total = 1; found.length < total; page += 1) {
      const answer = await get('/api/albums', { query: { page, limit: PAGE_SIZE } });
      found.push(...answer.data);
      total = answer.data.length < PAGE_SIZE ? found.length : answer.total;
    }
    // A later question has a better answer.
    if (turn !== asked) return;
    batch(() => {
      loaded.value = found;
      state.value = 'ready';
    });
  } catch (failure) {
    if (turn !== asked) return;
    batch(() => {
      problem.value = failure;
      state.value = 'failed';
    });
  }
}

export async function create(fields) {
  const { data } = await post('/api/albums', fields);
  loaded.value = [data, ...loaded.peek()];
  return data;
}

/** Changes an album; `version` is the one that must still hold. */
export async function update(id, fields, version) {
  const answer = await patch(pathOf(id), fields, { version });
  loaded.value = loaded.peek().map((album) => (album.id === id ? answer.data : album));
  // A question that was asked before may be answered later, with how the album was.
  load();
  return answer;
}
