// The upload queue: MOCs that are being added (batches) and their files (items), two sent at a time.
//
// A batch is {id, user, mocId, title, body, key, problem, delayed, startedAt}; `mocId` is null until the MOC is
// there, `delayed` while it has to be tried again, `problem` is why it is not. An item is one file, in one of these
// states:
//   waiting    for its turn, or for a connection
//   sending    its bytes are on their way
//   checking   the API has them and looks at them
//   linking    a photo is being put with the MOC
//   ready      done
//   asking     only the user knows whose colour numbers these are
//   refused    it cannot become what it should; `reason` says why
//   failed     given up after some attempts; `problem` says why
//   lost       its bytes did not outlast a reload and must be chosen again
import { batch as together, computed, effect, signal } from '../html.js';
import { session } from '../session.js';
import { say } from '../ui/toast.js';
import * as store from './store.js';
import { listen, tell, working } from './tabs.js';

export const batches = signal([]);
export const items = signal([]);
/** Bytes sent so far, by item. */
export const sent = signal({});
export const online = signal(navigator.onLine);
/** Items taken up again after a reload; the page says so. */
export const resumed = signal(0);

export const MOVING = ['waiting', 'sending', 'checking', 'linking'];
const UNSENT = ['waiting', 'sending'];
export const NEEDY = ['asking', 'refused', 'failed', 'lost'];

/** Files that are in this tab's memory, for those that the database has no room for. */
const files = new Map();

export const moving = computed(() => items.value.filter(({ state }) => MOVING.includes(state)));
export const needy = computed(() => items.value.filter(({ state }) => NEEDY.includes(state)));

export function batchOf(id) {
  return batches.peek().find((one) => one.id === id);
}

export function itemOf(id) {
  return items.peek().find((one) => one.id === id);
}

export function itemsOf(batch) {
  return items.value.filter((item) => item.batch === batch.id);
}

/** The bytes of an item: from memory, else from the database; null when they are gone. */
export async function fileOf(id) {
  return files.get(id) ?? (await store.bytesOf(id).catch(() => null));
}

/** Adds a MOC to be, or one that is there (`mocId`), with files that were recognised. */
export async function add({ mocId = null, title, body = null, chosen }) {
  const batch = {
    id: crypto.randomUUID(),
    user: session.value.user.id,
    mocId,
    title,
    body,
    key: crypto.randomUUID(),
    problem: null,
    delayed: false,
    startedAt: Date.now(),
  };
  await store.saveBatch(batch).catch(() => {});
  const made = await kept(batch, chosen);
  together(() => {
    putBatch(batch);
    made.forEach(putItem);
  });
  return batch;
}

/** Adds files to a batch: `{file, name, size, type, label, role, options}` each. */
export async function addFiles(batch, chosen) {
  const made = await kept(batch, chosen);
  together(() => made.forEach(putItem));
}

/** The items of files, kept in the database with their bytes as far as there is room. */
async function kept(batch, chosen) {
  const before = items.peek().filter((item) => item.batch === batch.id).length;
  const made = chosen.map((one, index) => newItem(batch, before + index, one));
  const bytes = new Map(made.map((item, index) => [item, chosen[index].file]));
  // The records need little room, and say after a reload which bytes are missing; small files come before large ones.
  for (const item of made) await store.saveItem(item).catch(() => {});
  for (const item of made.toSorted((one, other) => one.size - other.size)) {
    const file = bytes.get(item);
    files.set(item.id, file);
    await store.saveBytes(item.id, file).catch(() => tell({ file: { id: item.id, file } }));
  }
  return made;
}

function newItem(batch, position, { file, name, size, type, label, role, options }) {
  return {
    id: crypto.randomUUID(),
    batch: batch.id,
    user: batch.user,
    position,
    name,
    size,
    type,
    label,
    role,
    options,
    original: { name: file.name, size: file.size, lastModified: file.lastModified },
    state: 'waiting',
    session: null,
    key: crypto.randomUUID(),
  };
}

/** Changes an item here, in the database, and in the other tabs. */
export function change(id, changed) {
  const item = itemOf(id);
  if (!item) return;
  putItem({ ...item, ...changed });
}

/** Notes how much of an item was sent. */
export function progress(id, bytes) {
  sent.value = { ...sent.peek(), [id]: bytes };
  tell({ sent: { id, bytes } });
}

export function changeBatch(id, changed) {
  const batch = batchOf(id);
  if (batch) putBatch({ ...batch, ...changed });
}

/** Gives an item the bytes that were lost; false when this is another file. */
export async function supply(item, file) {
  const { name, size, lastModified } = item.original;
  if (file.name !== name || file.size !== size || file.lastModified !== lastModified) return false;
  files.set(item.id, file);
  tell({ file: { id: item.id, file } });
  await store.saveBytes(item.id, file).catch(() => {});
  change(item.id, { state: 'waiting' });
  return true;
}

/** Forgets bytes that are not needed any more. */
export function release(id) {
  files.delete(id);
  store.dropBytes(id).catch(() => {});
}

/** Takes an item out of the queue; whoever works stops sending it. */
export function drop(id) {
  tell({ dropped: { ids: [id] } });
  dropped(null, [id]);
  store.forget(null, [id]).catch(() => {});
}

/** Takes a batch out with all its items. */
export function forgetBatch(batch) {
  const ids = items.peek().filter((item) => item.batch === batch.id).map(({ id }) => id);
  tell({ dropped: { batch: batch.id, ids } });
  dropped(batch.id, ids);
  store.forget(batch.id, ids).catch(() => {});
}

function putItem(item) {
  hearItem(item);
  tell({ item });
  store.saveItem(item).catch(() => {});
}

function putBatch(batch) {
  hearBatch(batch);
  tell({ batch });
  store.saveBatch(batch).catch(() => {});
}

function hearItem(item) {
  items.value = [...items.peek().filter(({ id }) => id !== item.id), item].sort(inOrder);
}

function hearBatch(batch) {
  batches.value = [...batches.peek().filter(({ id }) => id !== batch.id), batch].sort(inOrder);
}

function dropped(batch, ids) {
  together(() => {
    batches.value = batches.peek().filter(({ id }) => id !== batch);
    items.value = items.peek().filter(({ id }) => !ids.includes(id));
  });
  for (const id of ids) files.delete(id);
}

function inOrder(one, other) {
  return (one.startedAt ?? one.position) - (other.startedAt ?? other.position);
}

listen((message) => {
  const user = session.peek()?.user.id;
  if (message.item && message.item.user === user) hearItem(message.item);
  if (message.batch && message.batch.user === user) hearBatch(message.batch);
  if (message.sent) sent.value = { ...sent.peek(), [message.sent.id]: message.sent.bytes };
  if (message.dropped) dropped(message.dropped.batch, message.dropped.ids);
  if (message.file) files.set(message.file.id, message.file.file);
});

addEventListener('online', () => (online.value = true));
addEventListener('offline', () => (online.value = false));

// Leaving while bytes move would send them anew; what only waits goes on with the next visit.
addEventListener('beforeunload', (event) => {
  if (working.peek() && items.peek().some(({ state }) => state === 'sending')) event.preventDefault();
});

let shown = null;

effect(() => {
  const user = session.value?.user.id ?? null;
  if (user === shown) return;
  shown = user;
  together(() => {
    batches.value = [];
    items.value = [];
  });
  if (user) takeUp(user);
});

/** Takes up what a visit before has left. */
async function takeUp(user) {
  const kept = await store.load(user).catch(() => ({ batches: [], items: [] }));
  if (shown !== user) return;
  together(() => {
    kept.batches.forEach(hearBatch);
    kept.items.forEach(hearItem);
  });
  const open = kept.items.filter(({ state }) => UNSENT.includes(state)).length;
  if (open && (await alone())) {
    resumed.value = open;
    say(open === 1 ? 'Uploading goes on: one file is left.' : `Uploading goes on: ${open} files are left.`);
  }
}

/** Whether no other tab has been working on it all the while. */
async function alone() {
  await new Promise((resolve) => setTimeout(resolve, 100));
  return working.peek();
}
