// The MOCs that are shown, page by page; what other pages have changed they say by `forget`.
import { get } from '../../api.js';
import { batch, computed, signal } from '../../html.js';
import { removed } from '../../removing.js';
import { session } from '../../session.js';
import { NONE, parameters } from './filters.js';

const PAGE_SIZE = 48;
// Addresses of covers are good for an hour.
const FRESH_MILLISECONDS = 5 * 60_000;

// As the API has answered, with what the user has removed since.
const listed = signal([]);
const counted = signal(0);

export const mocs = computed(() => listed.value.filter((moc) => !removed.value.has(`/api/mocs/${moc.id}`)));
export const total = computed(() => counted.value - (listed.value.length - mocs.value.length));
/** The filters that what is shown was found by; others may have been asked for meanwhile. */
export const answered = signal(NONE);
/** `loading` (others may be shown meanwhile), `ready` or `failed`. */
export const state = signal('loading');
export const problem = signal(null);
/** Themes and tags that were seen so far, to choose from. */
export const themes = signal([]);
export const tags = signal([]);

let shown = { key: null, at: 0, pages: 0, filters: null };
let running = null;

/** Shows what the filters ask for; what is shown already stays, for a few minutes. */
export function show(filters) {
  const key = JSON.stringify([session.value.user.id, parameters(filters)]);
  const fresh = key === shown.key && Date.now() - shown.at < FRESH_MILLISECONDS;
  if (fresh && state.peek() !== 'failed') return;
  if (shown.user !== session.value.user.id) empty();
  shown = { key, at: Date.now(), pages: 0, filters, user: session.value.user.id };
  load();
}

/** Loads the next page, unless that is being done or all is there. */
export function more() {
  if (state.peek() === 'ready' && listed.peek().length < counted.peek()) load();
}

/** Tries again what has failed. */
export function again() {
  load();
}

/** Has the shelf loaded anew when it is shown next: something on it was changed. */
export function forget() {
  shown = { ...shown, key: null };
}

async function load() {
  running?.abort();
  running = new AbortController();
  const { signal: aborted } = running;
  const { filters } = shown;
  const page = shown.pages + 1;
  state.value = 'loading';
  try {
    const query = { ...parameters(filters), page, limit: PAGE_SIZE };
    const answer = await get('/api/mocs', { query, signal: aborted });
    if (aborted.aborted) return;
    shown.pages = page;
    batch(() => {
      listed.value = page === 1 ? answer.data : joined(listed.peek(), answer.data);
      // What was deleted meanwhile leaves fewer than were counted.
      counted.value = answer.data.length < PAGE_SIZE ? listed.peek().length : answer.total;
      answered.value = filters;
      learn(answer.data);
      state.value = 'ready';
    });
  } catch (failure) {
    if (aborted.aborted) return;
    batch(() => {
      problem.value = failure;
      state.value = 'failed';
    });
  }
}

function empty() {
  batch(() => {
    listed.value = [];
    counted.value = 0;
    themes.value = [];
    tags.value = [];
  });
}

/** Both, without what has moved from one page to the next meanwhile. */
function joined(before, after) {
  const known = new Set(before.map((moc) => moc.id));
  return [...before, ...after.filter((moc) => !known.has(moc.id))];
}

function learn(found) {
  themes.value = union(themes.peek(), found.map((moc) => moc.theme).filter(Boolean));
  tags.value = union(tags.peek(), found.flatMap((moc) => moc.tags));
}

function union(known, found) {
  const all = [...new Set([...known, ...found])];
  return all.length === known.length ? known : all.sort((one, other) => one.localeCompare(other));
}
