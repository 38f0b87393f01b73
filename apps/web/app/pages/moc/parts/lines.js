// The lines of the parts list that is shown, with what is ticked off; filtered, sorted and counted.
import { get } from '../../../api.js';
import { batch, computed, effect, signal } from '../../../html.js';
import { say } from '../../../ui/toast.js';
import { address } from '../moc.js';
import { colourOf } from './colours.js';
import { drop, again as sendAgain, refused, taken, tick, unsent } from './ticks.js';

const PAGE_SIZE = 500;
// A line that was completed while only the missing ones are shown is seen a little longer, to be taken back.
const LINGER_MILLISECONDS = 1500;

export const SORTS = [
  { name: 'line', label: 'As in the list', compare: (one, other) => one.line - other.line },
  { name: 'colour', label: 'Colour', compare: byColour },
  { name: 'part', label: 'Part number', compare: number },
  { name: 'name', label: 'Name', compare: (one, other) => text(one.title, other.title) || number(one, other) },
  { name: 'many', label: 'Most pieces', compare: (one, other) => other.quantity - one.quantity },
];

/** The list that is shown: `{id, mocId}`. */
export const list = signal(null);
/** `loading` (the first lines may be there), `ready` or `failed`. */
export const state = signal('loading');
export const problem = signal(null);
export const total = signal(0);

export const words = signal('');
export const missingOnly = signal(false);
export const sort = signal(SORTS[0].name);

const lines = signal([]);
// What the API has taken since the lines were loaded; the lines themselves stay, so that nothing is sorted again.
const saved = signal(new Map());
const lingering = signal(new Map());
const waiting = computed(() => unsent.value.get(list.value?.id)?.ticks ?? new Map());
const sorted = computed(() => lines.value.toSorted(SORTS.find((one) => one.name === sort.value).compare));
const matching = computed(() => {
  const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
  return sorted.value.filter((line) => wanted.every((word) => line.haystack.includes(word)));
});

/** The lines to show, in their order. */
export const shown = computed(() => {
  if (!missingOnly.value) return matching.value;
  return matching.value.filter((line) => have(line) < line.quantity || lingering.value.has(line.id));
});

/** Sums over all lines that are not spares: `{pieces, acquired}`; null until all of them are there. */
export const sums = computed(() => {
  if (state.value !== 'ready') return null;
  const counted = lines.value.filter((line) => !line.spare);
  const sum = (count) => counted.reduce((before, line) => before + count(line), 0);
  return { pieces: sum((line) => line.quantity), acquired: sum(have) };
});

/** The pieces of a line that are there, as the user has left it. */
export function have(line) {
  return waiting.value.get(line.id) ?? saved.value.get(line.id) ?? line.acquiredQuantity;
}

let running = null;

/** Loads the lines of a list; what was typed to filter another stays. */
export async function show(mocId, id) {
  running?.abort();
  running = new AbortController();
  const { signal: aborted } = running;
  batch(() => {
    if (list.peek()?.id !== id) lines.value = [];
    list.value = { id, mocId };
    state.value = 'loading';
    lingering.value = new Map();
  });
  try {
    const found = await load(mocId, id, aborted, (some, count) => {
      batch(() => {
        total.value = count;
        if (some.length > lines.peek().length) lines.value = some;
      });
    });
    take(found);
  } catch (failure) {
    if (aborted.aborted) return;
    batch(() => {
      problem.value = failure;
      state.value = 'failed';
    });
  }
}

/** All lines of a list; `progress` gets those that are there so far, and how many there will be. */
async function load(mocId, id, aborted, progress) {
  const path = `${address(mocId)}/parts-lists/${id}/parts`;
  let found = [];
  for (let page = 1; ; page += 1) {
    const { data, total: count } = await get(path, { query: { page, limit: PAGE_SIZE }, signal: aborted });
    found = [...found, ...data.map(prepared)];
    progress?.(found, count);
    if (data.length < PAGE_SIZE || found.length >= count) return found;
  }
}

function take(found) {
  batch(() => {
    lines.value = found;
    total.value = found.length;
    saved.value = new Map();
    state.value = 'ready';
  });
}

/** Loads the lines again. */
export function again() {
  const { mocId, id } = list.peek();
  return show(mocId, id);
}

/** Sets the pieces of lines: `[line, pieces]` each, which are kept within what the line needs. */
export function set(pairs) {
  const { mocId, id } = list.peek();
  const ticks = pairs.map(([line, pieces]) => [line, Math.max(0, Math.min(line.quantity, pieces))]);
  if (missingOnly.peek()) ticks.forEach(([line, pieces]) => pieces === line.quantity && linger(line.id));
  tick(mocId, id, ticks.map(([line, pieces]) => [line.id, pieces]));
}

/** Sets all lines that are shown to complete or to nothing, until that is taken back. */
export function setShown(complete) {
  const wanted = (line) => (complete ? line.quantity : 0);
  const changed = shown.peek().filter((line) => have(line) !== wanted(line));
  const before = changed.map((line) => [line, have(line)]);
  const at = list.peek().id;
  set(changed.map((line) => [line, wanted(line)]));
  const count = `${changed.length.toLocaleString('en')} ${changed.length === 1 ? 'line' : 'lines'}`;
  // Lines of another list are not taken back: theirs is not the list that is shown.
  const undo = () => list.peek()?.id === at && set(before);
  say(`${count} marked as ${complete ? 'there' : 'missing'}.`, { undo });
}

function linger(id) {
  const at = Date.now();
  lingering.value = new Map(lingering.peek()).set(id, at);
  setTimeout(() => {
    if (lingering.peek().get(id) !== at) return;
    const left = new Map(lingering.peek());
    left.delete(id);
    lingering.value = left;
  }, LINGER_MILLISECONDS);
}

effect(() => {
  if (taken.value && taken.value.listId === list.peek()?.id) {
    saved.value = new Map([...saved.peek(), ...taken.value.ticks]);
  }
});

effect(() => {
  if (refused.value) mend(refused.value);
});

/** The list was changed elsewhere: what its lines cannot take any more is forgotten, the rest is sent. */
async function mend({ listId, mocId }) {
  try {
    const found = await load(mocId, listId);
    const quantities = new Map(found.map((line) => [line.id, line.quantity]));
    const count = () => unsent.peek().get(listId)?.ticks.size ?? 0;
    const before = count();
    drop(listId, (id, pieces) => pieces <= (quantities.get(id) ?? -1));
    // When all of it looks right, there is nothing to mend.
    if (count() === before) drop(listId, () => false);
    if (list.peek()?.id === listId) take(found);
    say('This parts list was changed elsewhere. What it cannot take of your ticks is left out.');
    sendAgain();
  } catch {
    // It is tried again with the next attempt.
  }
}

function prepared(line) {
  const colour = colourOf(line);
  const title = line.partName ?? KINDS[line.kind];
  const texts = [title, line.partNumber, colour.name, line.category, line.elementId];
  return { ...line, colour, title, haystack: texts.filter(Boolean).join(' ').toLowerCase() };
}

const KINDS = { part: 'Part', minifig: 'Minifigure', gear: 'Gear' };
const collator = new Intl.Collator('en', { numeric: true });

function text(one, other) {
  return collator.compare(one, other);
}

function byColour(one, other) {
  return text(one.colour.name, other.colour.name) || number(one, other);
}

function number(one, other) {
  return text(one.partNumber, other.partNumber);
}
