// What is done to images: into another album, out of it, other words, deleted.
import { patch } from '../../api.js';
import { removeLater } from '../../removing.js';
import { each } from '../../several.js';
import { say } from '../../ui/toast.js';
import { albums, load as loadAlbums, update as updateAlbum } from './albums.js';
import { changed, forget, pathOf, placed, placeOf } from './images.js';
import { putBehind } from './order.js';

/** Puts the images into the album, with null into none; can be taken back. */
export async function move(images, album) {
  const others = images.filter(({ albumId }) => albumId !== (album?.id ?? null));
  if (others.length === 0) {
    say(album ? `All of this is in “${album.title}” already.` : 'None of this is in an album.');
    return;
  }
  const moves = others.map((image) => ({ image, to: album?.id ?? null, from: placeOf(image) }));
  // The last goes first: whatever enters an album stands before what is there.
  const done = (await place(moves.toReversed())).toReversed();
  if (done.length > 0) {
    const where = album ? `put into “${album.title}”` : 'taken out of the album';
    const undo = () => place(done.map(({ image, from }) => ({ image, to: image.albumId, after: from })));
    say(`${photos(done.length)} ${where}.`, { undo });
    await giveCover(album, done[0].image);
  }
}

/**
 * Puts each image into the album `to`, there behind the image `after`, else first; those for which that worked. What
 * is shown does not wait for it. One that could not be moved is back behind the image `from`.
 */
async function place(moves) {
  for (const { image, to, after } of moves) placed({ ...image, albumId: to }, after);
  // What enters an album does so one by one, so that it is in the same order there.
  const results = await each(moves, put, moves.some(({ to }) => to) ? 1 : undefined);
  // From the last to the first again: where one stood may be behind the one before.
  for (const { item, value } of results.toReversed()) {
    if (value) changed(value.data);
    else placed(item.image, item.from);
  }
  const failed = results.filter(({ failure }) => failure);
  if (failed.length > 0) say(`${photos(failed.length)} could not be moved. ${failed[0].failure.message}`);
  loadAlbums();
  return results.filter(({ failure }) => !failure).map(({ item }) => item);
}

async function put({ image, to, after }) {
  const answer = await patch(pathOf(image.id), { albumId: to });
  // Where it cannot stand it is in the album nevertheless.
  if (to && after) await putBehind(to, image.id, after).catch(forget);
  return answer;
}

/** An album without a cover gets the first that is put into it. */
export async function giveCover(album, image) {
  const now = album && albums.peek().find(({ id }) => id === album.id);
  if (!now || now.coverImageId) return;
  // Only for its looks: without a cover there is a drawing.
  await updateAlbum(album.id, { coverImageId: image.id }).catch(() => {});
}

/** Changes title, description and tags; `version` is the one that must still hold. */
export async function edit(image, fields, version) {
  const { data } = await patch(pathOf(image.id), fields, { version });
  changed(data);
}

export function remove(images) {
  removeLater(images.map(({ id }) => pathOf(id)), `${photos(images.length)} deleted.`, loadAlbums);
}

export function photos(count) {
  return count === 1 ? '1 photo' : `${count.toLocaleString('en')} photos`;
}
