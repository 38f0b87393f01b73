// How far the queue has come.
import { items, itemsOf, MOVING, NEEDY, sent } from './queue.js';

/** The share of the bytes that were sent, 0 to 1: of a batch, of what moves at all with null. */
export function share(batch) {
  let done = 0;
  let all = 0;
  for (const item of items.value) {
    if (batch ? item.batch !== batch.id : !MOVING.includes(item.state)) continue;
    all += item.size;
    done += bytesSent(item);
  }
  return all ? done / all : 1;
}

/** The share of one file. */
export function shareOf(item) {
  return bytesSent(item) / item.size;
}

/** How a batch stands, in a few words: `3 of 6 files are there · 45 % sent`. */
export function shareWords(batch) {
  const all = itemsOf(batch);
  const ready = all.filter(({ state }) => state === 'ready').length;
  const needy = all.filter(({ state }) => NEEDY.includes(state)).length;
  if (batch.problem) return 'needs you';
  if (all.length === 0) return batch.mocId ? 'no files' : 'is being made';
  if (ready === all.length) return all.length === 1 ? 'the file is there' : `all ${all.length} files are there`;
  const waits = needy ? ` · ${needy === 1 ? 'one needs' : `${needy} need`} you` : '';
  return `${ready} of ${all.length} files are there${sending(batch, ready + needy < all.length)}${waits}`;
}

function sending(batch, more) {
  const amount = share(batch);
  if (amount < 1) return ` · ${Math.floor(amount * 100)} % sent`;
  return more ? ' · all are sent' : '';
}

function bytesSent(item) {
  if (item.state === 'waiting' || item.state === 'lost') return 0;
  return item.state === 'sending' ? (sent.value[item.id] ?? 0) : item.size;
}
