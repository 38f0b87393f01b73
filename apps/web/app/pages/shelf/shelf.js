// The MOCs that are shown, page by page; what other pages have changed they say by `forget`.
import { get } from '../../api.js';
import { batch, computed, signal } from '../../html.js';
import { removed } from '../../removing.js';
import { session } from '../../session.js';
import { each } from '../../several.js';
import { narrowed, NONE, parameters } from './filters.js';

const PAGE_SIZE = 48;
// What the statistics call those without one.
const NO_THEME = 'Unknown';
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
/** Themes and tags that are known so far, to choose from; `partial` says that there may be others. */
export const themes = signal([]);
export const tags = signal([]);
export const partial = signal(true);

let shown = { key: null, at: 0, pages: 0, filters: null, user: null };
let running = null;

/** Shows what the filters ask for; what is shown already stays, for a few minutes. */
export function show(filters) {
  const user = session.value.user.id;
  const key = JSON.stringify([user, parameters(filters)]);
  const same = key === shown.key;
  if (same && Date.now() - shown.at < FRESH_MILLISECONDS && state.peek() !== 'failed') return;
  if (shown.user !== user) empty();
  // As far as the user has been, they may be now.
  const count = same ? Math.max(1, shown.pages) : 1;
  shown = { key, at: Date.now(), pages: 0, filters, user };
  load(count);
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
  shown.at = 0;
}

/** Loads so many pages after those that are there. */
async function load(count = 1) {
  running?.abort();
  running = new AbortController();
  const { signal: aborted } = running;
  const { filters, pages } = shown;
  state.value = 'loading';
  const one = (page) => {
    const query = { ...parameters(filters), page, limit: PAGE_SIZE };
    return get('/api/mocs', { query, signal: aborted });
  };
  const answers = await each(Array.from({ length: count }, (_, index) => pages + index + 1), one);
  if (aborted.aborted) return;
  const failed = answers.find(({ failure }) => failure);
  batch(() => {
    if (failed) {
      problem.value = failed.failure;
      state.value = 'failed';
      return;
    }
    const found = answers.flatMap(({ value }) => value.data);
    const last = answers.at(-1).value;
    shown.pages = pages + count;
    listed.value = distinct(pages === 0 ? found : [...listed.peek(), ...found]);
    // What was deleted meanwhile leaves fewer than were counted.
    counted.value = last.data.length < PAGE_SIZE ? listed.peek().length : last.total;
    answered.value = filters;
    learn(found);
    if (!narrowed(filters)) partial.value = listed.peek().length < counted.peek();
    state.value = 'ready';
  });
  if (partial.peek() && !failed) learnThemes();
}

function empty() {
  batch(() => {
    listed.value = [];
    counted.value = 0;
    themes.value = [];
    tags.value = [];
    partial.value = true;
  });
  asked = false;
}

/** Each once: one may have moved from one page to the next meanwhile. */
function distinct(found) {
  return [...new Map(found.map((moc) => [moc.id, moc])).values()];
}

function learn(found) {
  themes.value = union(themes.peek(), found.map((moc) => moc.theme).filter(Boolean));
  tags.value = union(tags.peek(), found.flatMap((moc) => moc.tags));
}

let asked = false;

/** The statistics name the themes of pages that were not seen, as far as they were added within a year. */
async function learnThemes() {
  if (asked) return;
  asked = true;
  const { user } = shown;
  try {
    const { data } = await get('/api/mocs/stats/uploads-over-time');
    const found = data.map(({ category }) => category).filter((one) => one !== NO_THEME);
    if (shown.user === user) themes.value = union(themes.peek(), found);
  } catch {
    // Any other can be typed.
    asked = false;
  }
}

function union(known, found) {
  const all = [...new Set([...known, ...found])];
  return all.length === known.length ? known : all.sort((one, other) => one.localeCompare(other));
}
