// What users decide about the files of the queue.
import { batchOf, change, changeBatch, drop, items, release } from './queue.js';
import { free } from './naming.js';
import { abandon, anew } from './sending.js';

/** Tries again what has failed, or was refused for a reason that may have gone. */
export function retry(item) {
  // A photo in the gallery only has to be put with the MOC.
  if (item.resource) change(item.id, { state: 'linking', reason: null });
  else change(item.id, { state: 'waiting', problem: null, ...anew() });
}

/** Sends a parts list again with whose colour numbers it has. */
export function answer(item, scheme) {
  change(item.id, { state: 'waiting', options: { ...item.options, scheme }, ...anew() });
}

/** Sends a parts list again without the records that cannot be read. */
export function leaveOut(item) {
  change(item.id, { state: 'waiting', options: { ...item.options, partial: true }, ...anew() });
}

/** Sends a file again under a name that the MOC does not have. */
export function keepBoth(item) {
  const taken = items.peek().filter((one) => one.batch === item.batch).map(({ name }) => name);
  change(item.id, { state: 'waiting', name: free(item.name, taken), ...anew() });
}

/** Takes a file out of the queue; what the API has of it and is not done with goes too. */
export function cancel(item) {
  drop(item.id);
  release(item.id);
  if (item.session && item.state !== 'ready') abandon(item.session);
}

/** Tries again to make the MOC, as it was corrected. */
export function retryBatch(batch, body = batch.body) {
  const changed = JSON.stringify(body) !== JSON.stringify(batchOf(batch.id)?.body);
  changeBatch(batch.id, {
    body,
    title: body.title,
    problem: null,
    key: changed ? crypto.randomUUID() : batch.key,
  });
}
