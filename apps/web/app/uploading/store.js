// What is being uploaded, in this browser's database until it is done: MOCs to be, their files, the files' bytes.

const NAME = 'mocshelf.uploads';
const STORES = ['batches', 'items', 'bytes'];
const KEPT_MILLISECONDS = 7 * 24 * 3600_000;

let opened = null;

/** `{batches, items}` of a user; those of anybody that are too old to be gone on with are forgotten. */
export async function load(user) {
  const { batches, items } = await everything();
  const old = batches.filter((batch) => Date.now() - batch.startedAt > KEPT_MILLISECONDS);
  for (const { id } of old) {
    const its = items.filter((item) => item.batch === id);
    await forget(id, its.map((item) => item.id));
  }
  const own = (one) => one.user === user && !old.some((batch) => batch.id === (one.batch ?? one.id));
  return { batches: batches.filter(own), items: items.filter(own) };
}

export function saveBatch(batch) {
  return write(['batches'], ([batches]) => batches.put(batch));
}

export function saveItem(item) {
  return write(['items'], ([items]) => items.put(item));
}

/** Keeps the bytes of a file. Rejects when the browser has no room for them. */
export function saveBytes(id, file) {
  return write(['bytes'], ([bytes]) => bytes.put({ id, file }));
}

/** The bytes that were kept, null when there are none. */
export async function bytesOf(id) {
  const found = await read('bytes', (store) => store.get(id));
  return found?.file ?? null;
}

export function dropBytes(id) {
  return write(['bytes'], ([bytes]) => bytes.delete(id));
}

/** Forgets a batch, and these items of it. */
export function forget(batch, ids) {
  return write(STORES, ([batches, items, bytes]) => {
    if (batch) batches.delete(batch);
    for (const id of ids) {
      items.delete(id);
      bytes.delete(id);
    }
  });
}

async function everything() {
  const batches = await read('batches', (store) => store.getAll());
  return { batches, items: await read('items', (store) => store.getAll()) };
}

async function read(name, work) {
  const request = work((await database()).transaction(name).objectStore(name));
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function write(names, work) {
  const transaction = (await database()).transaction(names, 'readwrite');
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
  work(names.map((name) => transaction.objectStore(name)));
  await done;
}

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const store of STORES) request.result.createObjectStore(store, { keyPath: 'id' });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}
